"""TRL's prompt and completion: the last reply is the completion and alone is trained.

So each example must be one exchange (`max_turns` 2); context before it stands in the prompt.
Source: PROVIDERS.md, section 3; TRL, "Dataset formats and types", conversational prompt-completion.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rolecall.formats import Example, Trains
from rolecall.formats._messages import decode, encode

suffix = ".jsonl"
trains: Trains = "last"
has_names = False
folder_files: Mapping[str, str] = {}


def lines(examples: Iterable[Example]) -> Iterator[bytes]:
    """Render each example as `{"prompt":[...],"completion":[{"role":"assistant",...}]}`."""
    for example in examples:
        messages = [message.plain for message in decode(example.messages)]
        yield encode({"prompt": messages[:-1], "completion": messages[-1:]}) + b"\n"


def side_files(path: Path, limit_tokens: int | None) -> dict[str, bytes]:
    """Return nothing: the file needs no other."""
    return {}

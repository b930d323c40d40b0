"""TRL's conversational format: `messages` of `role` and `content`; mlx-lm and Unsloth read it too.

It trains every reply (with `assistant_only_loss=True`), so it cannot hold a dataset with context.
Source: PROVIDERS.md, section 3; TRL, "Dataset formats and types".
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rolecall.formats import Example, Trains
from rolecall.formats._messages import decode, encode

suffix = ".jsonl"
trains: Trains = "all"
has_names = False
folder_files: Mapping[str, str] = {}


def lines(examples: Iterable[Example]) -> Iterator[bytes]:
    """Render each example as `{"messages":[{"role":...,"content":...},...]}`."""
    for example in examples:
        yield encode({"messages": [message.plain for message in decode(example.messages)]}) + b"\n"


def side_files(path: Path, limit_tokens: int | None) -> dict[str, bytes]:
    """Return nothing: the file needs no other."""
    return {}

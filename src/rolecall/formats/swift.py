"""ms-swift: `messages` with `loss` true or false on every reply.

It drops every other key, `weight` too, without a word. Source: PROVIDERS.md, section 3.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rolecall.formats import Example, Trains
from rolecall.formats._messages import decode, encode

suffix = ".jsonl"
trains: Trains = "marked"
has_names = False
folder_files: Mapping[str, str] = {}


def lines(examples: Iterable[Example]) -> Iterator[bytes]:
    """Render each example as `{"messages":[...]}`, with `loss` on every reply."""
    for example in examples:
        messages: list[dict[str, object]] = [
            {**message.plain, "loss": message.weight != 0} if message.is_reply else {**message.plain}
            for message in decode(example.messages)
        ]
        yield encode({"messages": messages}) + b"\n"


def side_files(path: Path, limit_tokens: int | None) -> dict[str, bytes]:
    """Return nothing: the file needs no other."""
    return {}

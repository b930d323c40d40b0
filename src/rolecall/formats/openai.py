"""OpenAI's chat format, which Azure, Nebius, Fireworks and Together take too.

Source: PROVIDERS.md, section 1: a line may hold `messages` and hardly anything else, or the job fails.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rolecall.formats import Example, Trains

suffix = ".jsonl"
trains: Trains = "marked"
has_names = True
folder_files: Mapping[str, str] = {}


def lines(examples: Iterable[Example]) -> Iterator[bytes]:
    """Render each example as `{"messages":[...]}`; the list is the store's JSON text, byte for byte."""
    for example in examples:
        yield b'{"messages":' + example.messages.encode() + b"}\n"


def side_files(path: Path, limit_tokens: int | None) -> dict[str, bytes]:
    """Return nothing: the file needs no other."""
    return {}

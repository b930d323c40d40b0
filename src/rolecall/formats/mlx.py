"""mlx-lm: a folder with `train.jsonl` and `valid.jsonl`, of `messages` with `role` and `content`.

It trains every reply, and refuses to train without a `valid.jsonl`: give the dataset a validation_permille.
Source: PROVIDERS.md, section 3; mlx-lm, LORA.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rolecall.formats import Example, Trains
from rolecall.formats._messages import decode, encode

suffix = ".jsonl"
trains: Trains = "all"
has_names = False
folder_files: Mapping[str, str] = {"train": "train.jsonl", "validation": "valid.jsonl"}


def lines(examples: Iterable[Example]) -> Iterator[bytes]:
    """Render each example as `{"messages":[{"role":...,"content":...},...]}`."""
    for example in examples:
        yield encode({"messages": [message.plain for message in decode(example.messages)]}) + b"\n"


def side_files(path: Path, limit_tokens: int | None) -> dict[str, bytes]:
    """Return nothing: the folder holds the two files alone."""
    return {}

"""mlx-lm: a folder with `train.jsonl` and `valid.jsonl`, of `messages` with `role` and `content`.

It trains every reply, and refuses to train without a `valid.jsonl`: give the dataset a validation_permille.
Source: PROVIDERS.md, section 3; mlx-lm, LORA.md.
"""

from collections.abc import Mapping
from typing import ClassVar

from rolecall.formats import Example, Format
from rolecall.formats._messages import plain


class Renderer(Format):
    """`{"messages":[{"role":...,"content":...},...]}` in two files."""

    trains = "all"
    folder_files: ClassVar[Mapping[str, str]] = {"train": "train.jsonl", "validation": "valid.jsonl"}

    def line(self, example: Example) -> object:
        """Return role and content of each message."""
        return {"messages": plain(example.messages)}

"""Formats: one file for each way to write examples, and the contract that it keeps.

A new format is `formats/<name>.py`: a docstring that names who reads it and how that is known, and a class
`Renderer` that says where it differs from `Format`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, cast

import msgspec

from rolecall.plugins import load

Trains = Literal["marked", "all", "last"]
"""Which replies of a line a trainer learns from: those that are marked, all of them, or the last."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a dataset on its way to a file."""

    messages: str
    """JSON text of the list of message objects, as `dataset_examples` gives it; see `_messages`."""
    token_count: int
    split: str


class Format:
    """A way to write examples: lines of JSON in one file, unless a format says otherwise."""

    suffix: str = ".jsonl"
    """Of the file, with its dot."""
    trains: Trains = "marked"
    """Which replies a trainer learns from. An export is refused where that is not what the recipe says."""
    has_names: bool = False
    """Whether a trainer that reads the format sees the `name` of a message."""
    folder_files: ClassVar[Mapping[str, str]] = {}
    """For a format that is a folder: split -> name of its file. Empty for one file."""

    def line(self, example: Example) -> object:
        """Return what stands on the line of an example, to be written as JSON.

        Args:
            example: In exchange mode a system message or none, then user and assistant in turn.
        """
        raise NotImplementedError

    def lines(self, examples: Iterable[Example]) -> Iterator[bytes]:
        """Render the examples of a whole file; a format that is not lines of JSON has its own way.

        Args:
            examples: In the order of the file. They come as they are read from the store: one after another.

        Yields:
            Pieces of the file, in order. In a file of text each is one line, its LF included.

        Raises:
            UsageError: An example cannot be written so; no file appears then.
        """
        for example in examples:
            yield msgspec.json.encode(self.line(example)) + b"\n"

    def side_files(self, path: Path, limit_tokens: int | None) -> dict[str, bytes]:
        """Return further files that belong beside the one written at `path`.

        Args:
            path: Where the file is going to be; it is not there yet, or is an older one.
            limit_tokens: What an example has at the most; None where the recipe sets no limit.

        Returns:
            Name -> bytes. A name that begins as the file's is this file's alone, and not replaced unasked.
            Any other may serve several files, so the format keeps what stands there.

        Raises:
            UsageError: A file is there that the format can neither read nor replace.
        """
        return {}


def format_named(name: str) -> Format:
    """Return the format `name`, or raise `NotFound`."""
    return cast("Format", load("formats", name).Renderer())

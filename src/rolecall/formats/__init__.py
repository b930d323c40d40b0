"""Formats: one file for each way to write examples, and the contract that it keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, cast

from rolecall.plugins import load

Trains = Literal["marked", "all", "last"]
"""Which replies of a line a trainer learns from: those that are marked, all of them, or the last."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a dataset on its way to a file."""

    messages: str
    """JSON text of the list of message objects, as `dataset_examples` gives it."""
    token_count: int
    split: str


class Format(Protocol):
    """A way to write examples: `formats/<name>.py`."""

    suffix: str
    """Of the file, with its dot: `.jsonl`."""
    trains: Trains
    """Which replies a trainer learns from: the marked ones, all of them, or the last of a line."""
    has_names: bool
    """Whether a trainer that reads the format sees the `name` of a message."""
    folder_files: Mapping[str, str]
    """For a format that is a folder: split -> name of its file. Empty for one file."""

    def lines(self, examples: Iterable[Example]) -> Iterator[bytes]:
        """Render the examples of a whole file as its bytes, in order.

        A file of text has one line for each, its LF included. Examples come as they are read from the store,
        so they must be taken one after another.
        """

    def side_files(self, path: Path, limit_tokens: int | None) -> dict[str, bytes]:
        """Return further files that belong beside the one written at `path`: name -> bytes.

        `limit_tokens` is what an example has at the most; None where the recipe sets no limit.
        """


def format_named(name: str) -> Format:
    """Return the format `name`, or raise `NotFound`."""
    return cast("Format", load("formats", name))

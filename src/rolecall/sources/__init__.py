"""Sources: one file for each kind of chat archive, and the contract that it keeps."""

from collections.abc import Iterator
from typing import Protocol, cast

from rolecall.archives.records import ArchiveFile, OwnerHint, SkippedFile, Thread
from rolecall.plugins import load, names


class Source(Protocol):
    """A kind of chat archive: `sources/<name>.py`."""

    def read(self, file: ArchiveFile) -> Iterator[Thread | OwnerHint | SkippedFile] | None:
        """Read one JSON file; None when it is not of this source (decided by shape, never by name)."""


def sources() -> dict[str, Source]:
    """Return every source by its name."""
    return {name: cast("Source", load("sources", name)) for name in names("sources")}

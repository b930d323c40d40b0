"""Instagram: the downloads since 2022, which share Facebook's layout under a folder of their own."""

from collections.abc import Iterator

from rolecall.records import ArchiveFile, OwnerHint, SkippedFile, Thread
from rolecall.sources import _classic


def read(file: ArchiveFile) -> Iterator[Thread | OwnerHint | SkippedFile] | None:
    """Read one JSON file of an Instagram download, or return None when it is another's; see `_classic`."""
    return _classic.read(file, "instagram") if _classic.is_instagram(file) else None

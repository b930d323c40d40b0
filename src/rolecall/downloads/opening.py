"""What a command names, opened: fetched where it is an address, listed, and with somebody to read it.

Little is imported here, so that a command may begin with it and load the store while files are parsed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rolecall.archives.archive import Archive, Limits
from rolecall.downloads.fetching import downloaded, is_url
from rolecall.downloads.readers import Reader
from rolecall.errors import UsageError


@dataclass(frozen=True, slots=True)
class Opened:
    """An archive, and who reads its files."""

    archive: Archive
    reader: Reader


@contextmanager
def open_archive(
    paths: Sequence[str | Path],
    limits: Limits | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Opened]:
    """Open zips, folders, JSON files, or what lies at addresses, as one archive.

    Args:
        paths: What to open.
        limits: What the archives may ask of the machine, where that is more than usual.
        progress: Called with the bytes fetched and the bytes in all.

    Raises:
        UsageError: There is no path, or one of them twice.
        ArchiveError: There is nothing to read.
    """
    names = [str(path) for path in paths]
    if not names or not all(name.strip() for name in names):
        raise UsageError("name at least one zip, folder, JSON file or address")
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise UsageError(f"{min(doubles)} is named twice; name it once")
    with ExitStack() as stack:
        local = [
            stack.enter_context(downloaded(name, progress=progress)) if is_url(name) else Path(name)
            for name in names
        ]
        archive = stack.enter_context(Archive(local, limits))
        members = [member for member in archive.members if member.is_json]
        yield Opened(archive, stack.enter_context(Reader(local, limits, members)))

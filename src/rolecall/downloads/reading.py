"""Reading a download file by file: its bytes, its hash, and what the sources make of it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from rolecall.archives.members import Member, is_part, part_no
from rolecall.archives.records import ArchiveFile, Item, OwnerHint, SkippedFile, Thread
from rolecall.downloads.clocks import Clock
from rolecall.downloads.copies import Copies
from rolecall.downloads.download import Download
from rolecall.errors import ArchiveError, UnsafeArchive
from rolecall.sources import sources

FileKey = tuple[str, str]
"""What makes a file the same file again: its bytes' sha256, and its name led by its folder's."""
_NO_CHAT = "it has the place and the name of a chat, and holds none"


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What an earlier import read in a file."""

    message_count: int
    source: str
    reason: str | None
    """What of it could not be read; None when nothing was lost."""
    outdated_at_ms: int | None
    """The clock of a download that had other words for the chat and no newer message; None if none had."""


KnownFiles = Mapping[FileKey, KnownFile]
"""The files that earlier imports loaded."""
_Load = Callable[[Member], ArchiveFile]
_Find = Callable[[FileKey], KnownFile | None]


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of a download that was looked at, with what it holds."""

    path: str
    thread_folder: str
    """The name of the folder that the parts of one thread share; of any other file its own path."""
    byte_count: int
    status: str
    """loaded, unchanged, skipped (no chat) or failed (damaged)."""
    reason: str | None = None
    sha256: str | None = None
    source: str | None = None
    threads: tuple[Thread, ...] = ()
    hints: tuple[OwnerHint, ...] = ()
    known_count: int = 0
    """Messages of an unchanged file."""
    location: tuple[str, ...] = ()
    """The folders around it, then its name; from there the files are sought that its messages name."""

    @property
    def message_count(self) -> int:
        """Messages in the file."""
        return self.known_count + sum(len(thread.messages) for thread in self.threads)


def read_files(download: Download, known: KnownFiles, me: Sequence[str] = ()) -> Iterator[FileRead]:
    """Read a download's JSON files one at a time.

    Args:
        download: Its archive is open.
        known: Files loaded before.
        me: The owner's names; when there are none, those that the download's own files give.

    Yields:
        First what could not even be opened, then each file: those that name the owner, then thread by
        thread, the oldest part first. A file with a readable part and a damaged one gives both, as two
        rows.

    Raises:
        UnsafeArchive: The archive changed while it was read.
    """
    archive = download.archive
    for problem in archive.problems:
        yield FileRead(problem.path, "", 0, "failed", problem.reason)
    owner_names = set(me)
    load = partial(_load, download, owner_names)
    find = partial(_find, known, download.clock)
    members = archive.json_members()
    copies = Copies(members, partial(_threads, load))
    for _, parts in groupby(members, _thread_folder):
        for file in _read_parts(parts, load, find):
            if not me:
                owner_names.update(name for hint in file.hints if hint.rank < 3 for name in hint.names)
            yield replace(file, threads=copies.joined(file.location, file.threads))


def known_key(sha256: str, path: str) -> FileKey:
    """Return what makes a file the same file again."""
    return sha256, "/".join(path.split("/")[-2:])


def _load(download: Download, owner_names: set[str], member: Member) -> ArchiveFile:
    """Return a file with what is known of those around it."""
    data = member.read()
    platform = download.platforms.of(member)
    return ArchiveFile(member.path, member.location, data, platform, frozenset(owner_names))


def _thread_folder(member: Member) -> str:
    is_of_thread = part_no(member.path) is not None and len(member.location) > 1
    return member.location[-2] if is_of_thread else member.path


def _find(known: KnownFiles, clock: Clock, key: FileKey) -> KnownFile | None:
    """Return what an earlier import read in a file; None where the chat must be read again all the same."""
    before = known.get(key)
    is_outdated = before and before.outdated_at_ms is not None and before.outdated_at_ms < clock.newest_at_ms
    return None if is_outdated else before


def _nothing(_key: FileKey) -> None:
    return None


def _read_parts(parts: Iterable[Member], load: _Load, find: _Find) -> Iterator[FileRead]:
    """Read the parts of a chat: all of them when one is new, since only together they show how new it is."""
    unchanged: list[tuple[Member, list[FileRead]]] = []
    for member in parts:
        rows = _read_member(member, load, find)
        first = next(rows)
        if first.status == "unchanged":
            unchanged.append((member, [first, *rows]))
            continue
        if first.status == "loaded":
            find = _nothing
            for before, _ in unchanged:
                yield from _read_member(before, load, find)
            unchanged.clear()
        yield first
        yield from rows
    for _, held in unchanged:
        yield from held


def _read_member(member: Member, load: _Load, find: _Find) -> Iterator[FileRead]:
    folder = _thread_folder(member)
    try:
        file = load(member)
    except UnsafeArchive:
        raise
    except ArchiveError as error:
        yield FileRead(member.path, folder, member.byte_count, "failed", str(error))
        return
    sha256 = hashlib.sha256(file.data).hexdigest()
    read = partial(FileRead, member.path, folder, len(file.data), sha256=sha256)
    before = find(known_key(sha256, member.path))
    # A file is read again when it proves to be of another platform than it was taken for.
    if before is not None and (before.source, file.platform) != ("facebook", "instagram"):
        yield read("unchanged", source=before.source, known_count=before.message_count)
        if before.reason is not None:  # what could not be read then cannot be read now
            yield read("failed", before.reason, source=before.source)
        return
    source, items = _items(file)
    threads = tuple(item for item in items if isinstance(item, Thread))
    hints = tuple(item for item in items if isinstance(item, OwnerHint))
    problems = [item for item in items if isinstance(item, SkippedFile)]
    if not (threads or hints or problems) and is_part(member.location):
        yield read("failed", _NO_CHAT, source=file.platform or None)
        return
    if threads or not problems:
        yield read(
            "loaded" if threads else "skipped",
            None if threads else "names the owner" if hints else "holds no chat",
            source=source,
            threads=threads,
            hints=hints,
            location=member.location,
        )
    for problem in problems:
        status = "failed" if problem.is_damaged else "skipped"
        yield replace(read(status, problem.reason, source=source), path=problem.path)


def _threads(load: _Load, member: Member) -> list[Thread]:
    """Return the chats in a file that is read for good later."""
    with suppress(ArchiveError):
        return [item for item in _items(load(member))[1] if isinstance(item, Thread)]
    return []


def _items(file: ArchiveFile) -> tuple[str | None, list[Item]]:
    """Return the source that knows a file, None when none does, and what it makes of the file."""
    for name, source in sources().items():
        items = source.read(file)
        if items is not None:
            return name, list(items)
    return None, []

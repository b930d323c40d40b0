"""Reading an archive file by file: its bytes, its hash, and what the sources make of it."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from rolecall.archives.archive import Archive, Member
from rolecall.archives.members import is_part, part_no
from rolecall.archives.records import ArchiveFile, OwnerHint, SkippedFile, Thread
from rolecall.downloads.clocks import Clock
from rolecall.downloads.copies import Copies
from rolecall.downloads.platforms import Platforms
from rolecall.errors import ArchiveError, UnsafeArchive
from rolecall.sources import sources


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What an earlier import found in a file."""

    message_count: int
    source: str
    reason: str | None
    """What of it could not be read; None when nothing was lost."""
    outdated_at_ms: int | None
    """The clock of the download that had other words for the chat, with no newer message; None: none had."""


KnownFiles = Mapping[tuple[str, str], KnownFile]
"""Files loaded before, by their bytes' sha256 and their name, led by its folder's."""
_NO_CHAT = "it has the place and the name of a chat, and holds none"
_Find = Callable[[tuple[str, str]], KnownFile | None]


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file of an archive that was looked at, with what it holds."""

    path: str
    place: str
    """What the parts of one thread share, and are read one after the other: the name of their folder."""
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
    """Its name, led by those of the folders around it: from there the files are sought that it names."""

    @property
    def message_count(self) -> int:
        """Messages in the file."""
        return self.known_count + sum(len(thread.messages) for thread in self.threads)


def read_files(
    archive: Archive,
    known: KnownFiles,
    clock: Clock | None = None,
    platforms: Platforms | None = None,
    me: Sequence[str] = (),
) -> Iterator[FileRead]:
    """Read an archive's JSON files one at a time.

    Args:
        archive: Open.
        known: Files loaded before.
        clock: The archive's own, if there is one.
        platforms: Those of all that a command names, if there are any yet.
        me: The owner's names; when there are none, those that the archive's own files give.

    Yields:
        First what could not even be opened, then each file: those that name the owner, then thread by
        thread, the oldest part first. A file with a readable part and a damaged one gives both, as two
        rows.

    Raises:
        UnsafeArchive: The archive changed while it was read.
    """
    platforms = platforms or Platforms(archive)
    for problem in archive.problems:
        yield FileRead(problem.path, "", 0, "failed", problem.reason)
    about = _About(platforms, set(me))
    find = partial(_find, known, clock or Clock(archive))
    members = archive.json_members()
    copies = Copies(members, partial(_threads, archive, about))
    for _, parts in groupby(members, _place):
        for file in _read_parts(archive, parts, find, about):
            if not me:
                about.owner_names.update(name for hint in file.hints if hint.rank < 3 for name in hint.names)
            yield replace(file, threads=copies.joined(file.location, file.threads))


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of an archive while its files are read."""

    platforms: Platforms
    owner_names: set[str]

    def told(self, file: ArchiveFile, member: Member) -> ArchiveFile:
        """Return a file with what lies around it."""
        return replace(file, platform=self.platforms.of(member), owner_names=frozenset(self.owner_names))


def known_key(sha256: str, path: str) -> tuple[str, str]:
    """Return what makes a file the same file again: its bytes, its name and the name of its folder."""
    return sha256, "/".join(path.split("/")[-2:])


def _place(member: Member) -> str:
    is_part = part_no(member.path) is not None and len(member.location) > 1
    return member.location[-2] if is_part else member.path


def _find(known: KnownFiles, clock: Clock, key: tuple[str, str]) -> KnownFile | None:
    """Return what is known of a file; None when its chat is to be told anew with the same bytes."""
    before = known.get(key)
    is_outdated = before and before.outdated_at_ms is not None and before.outdated_at_ms < clock.newest_at_ms
    return None if is_outdated else before


def _nothing(_key: tuple[str, str]) -> None:
    return None


def _read_parts(archive: Archive, parts: Iterable[Member], find: _Find, about: _About) -> Iterator[FileRead]:
    """Read the parts of a chat: all of them when one is new, since only together they tell how new it is."""
    unchanged: list[tuple[Member, list[FileRead]]] = []
    for member in parts:
        found = _read_member(archive, member, find, about)
        first = next(found)
        if first.status == "unchanged":
            unchanged.append((member, [first, *found]))
            continue
        if first.status == "loaded":
            find = _nothing
            for before, _ in unchanged:
                yield from _read_member(archive, before, find, about)
            unchanged.clear()
        yield first
        yield from found
    for _, held in unchanged:
        yield from held


def _read_member(archive: Archive, member: Member, find: _Find, about: _About) -> Iterator[FileRead]:
    place = _place(member)
    try:
        file = about.told(archive.load(member), member)
    except UnsafeArchive:
        raise
    except ArchiveError as error:
        yield FileRead(member.path, place, member.byte_count, "failed", str(error))
        return
    sha256 = hashlib.sha256(file.data).hexdigest()
    before = find(known_key(sha256, member.path))
    # A file is read again when it proves to be of another platform than it was taken for.
    if before is not None and (before.source, file.platform) != ("facebook", "instagram"):
        yield from _unchanged(member.path, place, len(file.data), sha256, before)
        return
    source, threads, hints, problems = _told(file)
    read = partial(FileRead, place=place, byte_count=len(file.data), sha256=sha256)
    if not (threads or hints or problems) and is_part(member.location):
        yield read(member.path, status="failed", reason=_NO_CHAT, source=file.platform or None)
        return
    if threads or not problems:
        yield read(
            member.path,
            status="loaded" if threads else "skipped",
            reason=None if threads else "names the owner" if hints else "holds no chat",
            source=source,
            threads=tuple(threads),
            hints=tuple(hints),
            location=member.location,
        )
    for problem in problems:
        status = "failed" if problem.is_damaged else "skipped"
        yield read(problem.path, status=status, reason=problem.reason, source=source)


def _threads(archive: Archive, about: _About, member: Member) -> list[Thread]:
    """Return the chats in a file that is read for good later."""
    with suppress(ArchiveError):
        return _told(about.told(archive.load(member), member))[1]
    return []


def _told(file: ArchiveFile) -> tuple[str | None, list[Thread], list[OwnerHint], list[SkippedFile]]:
    """Return the source that knows a file, None when none does, and what it makes of it."""
    threads: list[Thread] = []
    hints: list[OwnerHint] = []
    problems: list[SkippedFile] = []
    for name, source in sources().items():
        found = source.read(file)
        if found is None:
            continue
        for item in found:
            if isinstance(item, Thread):
                threads.append(item)
            elif isinstance(item, OwnerHint):
                hints.append(item)
            else:
                problems.append(item)
        return name, threads, hints, problems
    return None, threads, hints, problems


def _unchanged(path: str, place: str, byte_count: int, sha256: str, before: KnownFile) -> Iterator[FileRead]:
    """Give the row of a file that is known, and one for what of it could not be read, then as now."""
    count = before.message_count
    yield FileRead(path, place, byte_count, "unchanged", None, sha256, before.source, known_count=count)
    if before.reason is not None:
        yield FileRead(path, place, byte_count, "failed", before.reason, sha256, before.source)

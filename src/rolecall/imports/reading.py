"""Reading an archive file by file: its bytes, its hash, and what the sources make of it."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from rolecall import registry
from rolecall.archives import Archive, Member
from rolecall.errors import ArchiveError, UnsafeArchive
from rolecall.imports.platforms import Platforms
from rolecall.members import part_no
from rolecall.records import OwnerHint, SkippedFile, Thread
from rolecall.text import milliseconds_of_moment

# Parts are in order: the newest time stands at one of the ends.
_END_BYTES = 16 * 1024
_TIMES = re.compile(rb'"timestamp(?:_ms)?"\s*:\s*(\d{9,14})\b')
# Instagram's first downloads.
_MOMENTS = re.compile(rb'"created_at"\s*:\s*"([\d:.TZ+-]{10,40})"')


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What an earlier import found in a file."""

    message_count: int
    source: str
    reason: str | None
    """What of it could not be read; None when nothing was lost."""


KnownFiles = Mapping[tuple[str, str], KnownFile]
"""Files loaded before, by their bytes' sha256 and their name, led by its folder's."""


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

    @property
    def message_count(self) -> int:
        """Messages in the file."""
        return self.known_count + sum(len(thread.messages) for thread in self.threads)


def read_files(archive: Archive, known: KnownFiles) -> Iterator[FileRead]:
    """Read an archive's JSON files one at a time.

    Yields:
        First what could not even be opened, then each file: those that name the owner, then thread by
        thread, the oldest part first. A file with a readable part and a damaged one gives both, as two
        rows.

    Raises:
        UnsafeArchive: The archive changed while it was read.
    """
    for problem in archive.problems:
        yield FileRead(problem.path, "", 0, "failed", problem.reason)
    platforms = Platforms(archive)
    for _, parts in groupby(archive.json_members(), _place):
        yield from _read_parts(archive, parts, known, platforms)


def clock(archive: Archive, latest_at_ms: int) -> int:
    """Return the time of the newest message in an archive, which tells older downloads from newer ones.

    It is needed before the first thread is merged, so the bytes are looked through without parsing: the
    ends of the newest part of each chat that is not damaged, since parts are in order, and the whole of other
    files. Times after `latest_at_ms` are slips and do not count.
    """
    newest = 0
    timed: set[tuple[str, ...]] = set()
    for member in reversed(archive.json_members()):  # parts the newest first
        number, folder = part_no(member.path), member.location[:-1]
        if number is not None and folder in timed:
            continue
        try:
            data = member.read()
        except UnsafeArchive:
            raise
        except ArchiveError:
            continue  # reported when it is read for good
        ends = data[:_END_BYTES] + b" " + data[-_END_BYTES:]
        times = (number is not None and _TIMES.findall(ends)) or _TIMES.findall(data)
        if times and number is not None:
            timed.add(folder)
        # The archives of early 2018 have seconds, as reactions have.
        in_ms = [int(time) * (1 if len(time) > 10 else 1000) for time in times]
        if number is None:
            in_ms += [milliseconds_of_moment(time.decode()) or 0 for time in _MOMENTS.findall(data)]
        newest = max((time for time in in_ms if newest < time <= latest_at_ms), default=newest)
    return newest


def known_key(sha256: str, path: str) -> tuple[str, str]:
    """Return what makes a file the same file again: its bytes, its name and the name of its folder."""
    return sha256, "/".join(path.split("/")[-2:])


def _place(member: Member) -> str:
    is_part = part_no(member.path) is not None and len(member.location) > 1
    return member.location[-2] if is_part else member.path


def _read_parts(
    archive: Archive, parts: Iterable[Member], known: KnownFiles, platforms: Platforms
) -> Iterator[FileRead]:
    """Read the parts of a chat: all of them when one is new, since only together they tell how new it is."""
    unchanged: list[tuple[Member, list[FileRead]]] = []
    for member in parts:
        found = _read_member(archive, member, known, platforms.of(member))
        first = next(found)
        if first.status == "unchanged":
            unchanged.append((member, [first, *found]))
            continue
        if first.status == "loaded" and known:
            known = {}
            for before, _ in unchanged:
                yield from _read_member(archive, before, known, platforms.of(before))
            unchanged.clear()
        yield first
        yield from found
    for _, held in unchanged:
        yield from held


def _read_member(archive: Archive, member: Member, known: KnownFiles, platform: str) -> Iterator[FileRead]:
    place = _place(member)
    try:
        file = replace(archive.load(member), platform=platform)
    except UnsafeArchive:
        raise
    except ArchiveError as error:
        yield FileRead(member.path, place, member.byte_count, "failed", str(error))
        return
    sha256 = hashlib.sha256(file.data).hexdigest()
    before = known.get(known_key(sha256, member.path))
    # A file is read again when it proves to be of another platform than it was taken for.
    if before is not None and (before.source, platform) != ("facebook", "instagram"):
        yield from _unchanged(member.path, place, len(file.data), sha256, before)
        return
    threads: list[Thread] = []
    hints: list[OwnerHint] = []
    problems: list[SkippedFile] = []
    found_source = None
    for name, source in registry.sources().items():
        found = source.read(file)
        if found is None:
            continue
        found_source = name
        for item in found:
            if isinstance(item, Thread):
                threads.append(item)
            elif isinstance(item, OwnerHint):
                hints.append(item)
            else:
                problems.append(item)
        break
    if threads or not problems:
        status = "loaded" if threads else "skipped"
        reason = None if threads else "names the owner" if hints else "holds no chat"
        yield FileRead(
            member.path,
            place,
            len(file.data),
            status,
            reason,
            sha256,
            found_source,
            tuple(threads),
            tuple(hints),
        )
    for problem in problems:
        status = "failed" if problem.is_damaged else "skipped"
        yield FileRead(problem.path, place, len(file.data), status, problem.reason, sha256, found_source)


def _unchanged(path: str, place: str, byte_count: int, sha256: str, before: KnownFile) -> Iterator[FileRead]:
    """Give the row of a file that is known, and one for what of it could not be read, then as now."""
    count = before.message_count
    yield FileRead(path, place, byte_count, "unchanged", None, sha256, before.source, known_count=count)
    if before.reason is not None:
        yield FileRead(path, place, byte_count, "failed", before.reason, sha256, before.source)

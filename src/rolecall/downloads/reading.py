"""Reading a download file by file: its bytes, its hash, and what the sources make of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby

from rolecall.archives.members import Member, SkippedFile, is_part, part_no
from rolecall.archives.records import OwnerHint, Thread
from rolecall.downloads.asking import Asked, Content
from rolecall.downloads.contents import content_of
from rolecall.downloads.copies import Copies
from rolecall.downloads.download import Download
from rolecall.downloads.readers import Reader
from rolecall.errors import ArchiveError, UnsafeArchive

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


def read_files(
    download: Download, known: KnownFiles, me: Sequence[str] = (), reader: Reader | None = None
) -> Iterator[FileRead]:
    """Read a download's JSON files one at a time.

    Args:
        download: Its archive is open.
        known: Files loaded before.
        me: The owner's names; when there are none, those that the download's own files give.
        reader: Who reads; this process, when nobody is named.

    Yields:
        First what could not even be opened, then each file: those that name the owner, then thread by
        thread, the oldest part first. A file with a readable part and a damaged one gives both, as two
        rows.

    Raises:
        UnsafeArchive: The archive changed while it was read.
        ReaderEnded: A process that read for this one was killed.
    """
    archive = download.archive
    for problem in archive.problems:
        yield FileRead(problem.path, "", 0, "failed", problem.reason)
    members = archive.json_members()
    reading = _Reading(download, known, set(me), reader or Reader())
    reading.expect(members)
    copies = Copies(members, reading.threads)
    for _, parts in groupby(members, _thread_folder):
        for file in _read_parts(parts, reading):
            if not me:
                reading.owner_names.update(
                    name for hint in file.hints if hint.rank < 3 for name in hint.names
                )
            yield replace(file, threads=copies.joined(file.location, file.threads))


def known_key(sha256: str, path: str) -> FileKey:
    """Return what makes a file the same file again."""
    return sha256, _name_of(path)


def _name_of(path: str) -> str:
    return "/".join(path.split("/")[-2:])


def _thread_folder(member: Member) -> str:
    is_of_thread = part_no(member.path) is not None and len(member.location) > 1
    return member.location[-2] if is_of_thread else member.path


class _Reading:
    """What is known while a download is read."""

    def __init__(self, download: Download, known: KnownFiles, owner_names: set[str], reader: Reader) -> None:
        self._download = download
        self._known: defaultdict[str, dict[str, KnownFile]] = defaultdict(dict)
        for (sha256, name), before in known.items():
            if before.outdated_at_ms is None or before.outdated_at_ms >= download.clock.newest_at_ms:
                self._known[name][sha256] = before
        self._reader = reader
        self.owner_names = owner_names

    def expect(self, members: Iterable[Member]) -> None:
        """Say which files come, in this order."""
        self._reader.expect(members, self._asked)

    def content(self, member: Member, *, is_again: bool) -> Content:
        """Return what a file holds; with `is_again` whatever is known of it."""
        return self._reader.content(member, self._asked(member, is_again=is_again))

    def platform(self, member: Member) -> str:
        """Return whose file it is, as far as those beside it tell."""
        return self._download.platforms.of(member)

    def before(self, member: Member, content: Content) -> KnownFile:
        """Return what an earlier import read in a file that is known."""
        return self._known[_name_of(member.path)][content.sha256]

    def threads(self, member: Member) -> list[Thread]:
        """Return the chats in a file that is read for good later."""
        with suppress(ArchiveError):
            items = content_of(member, self._asked(member, is_again=True)).items or ()
            return [item for item in items if isinstance(item, Thread)]
        return []

    def _asked(self, member: Member, *, is_again: bool = False) -> Asked:
        platform = self.platform(member)
        known = {} if is_again else self._known.get(_name_of(member.path), {})
        # A file is read again when it proves to be of another platform than it was taken for.
        same = (
            sha256
            for sha256, before in known.items()
            if (before.source, platform) != ("facebook", "instagram")
        )
        return Asked(platform, frozenset(self.owner_names), frozenset(same))


def _read_parts(parts: Iterable[Member], reading: _Reading) -> Iterator[FileRead]:
    """Read the parts of a chat: all of them when one is new, since only together they show how new it is."""
    unchanged: list[tuple[Member, list[FileRead]]] = []
    is_again = False
    for member in parts:
        rows = _read_member(member, reading, is_again=is_again)
        first = next(rows)
        if first.status == "unchanged":
            unchanged.append((member, [first, *rows]))
            continue
        if first.status == "loaded":
            is_again = True
            for before, _ in unchanged:
                yield from _read_member(before, reading, is_again=True)
            unchanged.clear()
        yield first
        yield from rows
    for _, held in unchanged:
        yield from held


def _read_member(member: Member, reading: _Reading, *, is_again: bool) -> Iterator[FileRead]:
    folder = _thread_folder(member)
    try:
        content = reading.content(member, is_again=is_again)
    except UnsafeArchive:
        raise
    except ArchiveError as error:
        yield FileRead(member.path, folder, member.byte_count, "failed", str(error))
        return
    read = partial(FileRead, member.path, folder, content.byte_count, sha256=content.sha256)
    if content.items is None:
        before = reading.before(member, content)
        yield read("unchanged", source=before.source, known_count=before.message_count)
        if before.reason is not None:  # what could not be read then cannot be read now
            yield read("failed", before.reason, source=before.source)
        return
    threads = tuple(item for item in content.items if isinstance(item, Thread))
    hints = tuple(item for item in content.items if isinstance(item, OwnerHint))
    problems = [item for item in content.items if isinstance(item, SkippedFile)]
    if not content.items and is_part(member.location):
        yield read("failed", _NO_CHAT, source=reading.platform(member) or None)
        return
    if threads or not problems:
        yield read(
            "loaded" if threads else "skipped",
            None if threads else "names the owner" if hints else "holds no chat",
            source=content.source,
            threads=threads,
            hints=hints,
            location=member.location,
        )
    for problem in problems:
        status = "failed" if problem.is_damaged else "skipped"
        yield replace(read(status, problem.reason, source=content.source), path=problem.path)

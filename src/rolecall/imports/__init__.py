"""Importing archives: what a person downloaded becomes rows, and a second download adds only what is new.

No download has everything, and no two agree: people change their names, chats their folders, words are edited
or unsent, and nothing in an archive gives a message an id. So a message is known by what was said, by whom
and when; a chat by its keys, or by its messages where a key proves little; a person by name, or by words
under a new name. Of two downloads the newer one is right, whichever comes first; what the older one said is
kept.

Files are read one at a time, so that memory stays flat. What they say is staged in temporary tables until
many whole chats are there; SQL compares these with the store and writes them in one transaction, since a
commit costs milliseconds and half a chat is worse than none. After a kill, Ctrl-C or a full disk the
committed chats stay, the others are absent, and the same command goes on.

Reading begins here, before the store is even loaded; `running` imports the downloads of one command,
`importer` carries one from its first file to its summary, `identity` says who and which chat is meant,
`staging` writes what is new and stages what may be known, `sequence` lists the SQL, and `proofs` joins people
and chats that prove to be one. `sql/import/README.md` has the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from rolecall.downloads.ahead import read_ahead
from rolecall.downloads.download import Download
from rolecall.downloads.opening import open_archive
from rolecall.downloads.reading import FileRead, KnownFile, known_key, read_files
from rolecall.downloads.separating import separate
from rolecall.errors import FileSkipped, NotAnArchive, UsageError

if TYPE_CHECKING:
    from rolecall.archives.archive import Archive, Limits
    from rolecall.downloads.opening import Opened
    from rolecall.downloads.reading import KnownFiles
    from rolecall.imports.summaries import ImportSummary
    from rolecall.store.database import Database

__all__ = ["import_archives"]

Progress = Callable[[int, int], None]
PLATFORMS = ("facebook", "instagram")


def import_archives(
    database: Database,
    paths: Sequence[str | Path],
    *,
    me: Sequence[str] = (),
    owner: str = "me",
    is_dry_run: bool = False,
    is_strict: bool = False,
    is_again: bool = False,
    source: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
    opened: Opened | None = None,
) -> ImportSummary:
    """Load archives: zips, folders, JSON files, or URLs of zips; the store is made when there is none.

    Several downloads in one command are told apart, and loaded one after the other.

    Args:
        paths: What to read.
        me: Display names of the archives' owner; then nobody is guessed.
        owner: Label of the person whose archives these are.
        is_dry_run: Read everything, write nothing.
        is_strict: Stop at the first file that cannot be read, with the store unchanged.
        is_again: Read files again that are known already.
        source: facebook or instagram: whose the files are that do not tell it.
        limits: What the archives may ask of the machine, where that is more than usual.
        progress: Called with the bytes read and the bytes in all.
        opened: The same paths, where they are open already (`downloads.opening`).

    Raises:
        UsageError: There is no path, or one of them twice; there is no such source.
        ArchiveError: There is nothing to read; the store is as before.
        FileSkipped: A file cannot be read, and `is_strict`; the store is as before.
    """
    if source not in (None, *PLATFORMS):
        raise UsageError(f"no source named '{source}'; choose from: {', '.join(PLATFORMS)}")
    with ExitStack() as stack:
        if opened is None:
            opened = stack.enter_context(open_archive(paths, limits, progress))
        known = {} if is_again else _known_files(database, owner)
        whole = Download.of(opened.archive, source or "")
        if is_strict:
            _refuse_skips(read_files(whole, known))
        downloads = separate(whole)
        if len(downloads) > 1:
            _from_first_chat(read_files(whole, known), opened.archive, paths)
        files = [
            read_ahead(read_files(download, known, me, opened.reader), _byte_count) for download in downloads
        ]
        first = stack.enter_context(files[0])
        from rolecall.imports.running import Command, run_imports  # here, while the first files are parsed

        if len(downloads) == 1:
            first = _from_first_chat(first, opened.archive, paths)
        command = Command(database, [str(path) for path in paths], owner, me, is_dry_run, is_again, progress)
        readable: list[AbstractContextManager[Iterator[FileRead]]] = [nullcontext(first), *files[1:]]
        return run_imports(command, opened.archive, zip(downloads, readable, strict=True))


def _known_files(database: Database, owner: str) -> KnownFiles:
    if not database.exists():
        return {}
    from rolecall.store.statements import select

    with database.reading() as connection:
        rows = select(connection, "import/log/known_files", owner_label=owner)
    return {
        known_key(row["sha256"], row["path"]): KnownFile(
            row["message_count"], row["source"], row["reason"], row["outdated_at_ms"]
        )
        for row in rows
    }


def _byte_count(file: FileRead) -> int:
    return file.byte_count


def _refuse_skips(files: Iterator[FileRead]) -> None:
    for file in files:
        if file.status == "failed":
            raise FileSkipped(f"{file.path}: {file.reason}; leave out --strict to load the others")


def _from_first_chat(
    files: Iterator[FileRead], archive: Archive, paths: Sequence[str | Path]
) -> Iterator[FileRead]:
    """Return the same files, once it is certain that there is a chat to read: before anything is written.

    Raises:
        NotAnArchive: There is none; the text says what there is instead.
    """
    looked_at: list[FileRead] = []
    for file in files:
        looked_at.append(file)
        if file.status in ("loaded", "unchanged"):
            return chain(looked_at, files)
    where = ", ".join(str(path) for path in paths)
    failed = [file for file in looked_at if file.status == "failed"]
    if failed:
        raise NotAnArchive(
            f"no chat in {where} can be read: {len(failed)} damaged,"
            f" the first is {failed[0].path}: {failed[0].reason}"
        )
    if archive.html_count():
        raise NotAnArchive(
            f"{where} holds chats as HTML only; ask for the download again with the format JSON"
        )
    raise NotAnArchive(
        f"no chats in {where}; name the zip or folder that you downloaded from Facebook or Instagram"
    )

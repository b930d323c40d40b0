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

`importer` carries one download from its first file to its summary, `identity` says who and which chat is
meant, `staging` fills the temporary tables, `sequence` lists the SQL, and `proofs` joins people and chats
that prove to be one. `sql/import/README.md` has the picture.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from rolecall.archives.archive import Archive, Limits
from rolecall.downloads.ahead import read_ahead
from rolecall.downloads.download import Download
from rolecall.downloads.fetching import downloaded, is_url
from rolecall.downloads.reading import FileRead, KnownFile, KnownFiles, known_key, read_files
from rolecall.downloads.separating import separate
from rolecall.errors import ArchiveError, FileSkipped, NotAnArchive, StoreError, UsageError
from rolecall.files.checkouts import git_notes
from rolecall.files.leftovers import temporary_folder
from rolecall.imports.importer import Importer, close_import
from rolecall.imports.summaries import ImportSummary, SourceCounts, combined
from rolecall.store.connections import in_one_thread
from rolecall.store.database import Database
from rolecall.store.migrate import migrate
from rolecall.store.statements import select

__all__ = ["ImportSummary", "SourceCounts", "import_archives"]

Progress = Callable[[int, int], None]


def import_archives(
    database: Database,
    paths: Sequence[str | Path],
    *,
    me: Sequence[str] = (),
    owner: str = "me",
    is_dry_run: bool = False,
    is_strict: bool = False,
    is_again: bool = False,
    limits: Limits | None = None,
    progress: Progress | None = None,
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
        limits: What the archives may ask of the machine, where that is more than usual.
        progress: Called with the bytes read and the bytes in all.

    Raises:
        UsageError: There is no path, or one of them twice.
        ArchiveError: There is nothing to read; the store is as before.
        FileSkipped: A file cannot be read, and `is_strict`; the store is as before.
    """
    if not paths or not all(str(path).strip() for path in paths):
        raise UsageError("name at least one zip, folder, JSON file or address")
    with ExitStack() as stack:
        local = _local(stack, paths, progress)
        known = {} if is_again else _known_files(database, owner)
        archive = stack.enter_context(Archive(local, limits))
        whole = Download.of(archive)
        if is_strict:
            _refuse_skips(read_files(whole, known))
        _assert_chats(archive, read_files(whole, known), paths)
        if is_dry_run and not database.exists():
            folder = stack.enter_context(temporary_folder())
            database = Database(str(folder / "dry-run.duckdb"))
        is_new = database.is_duckdb and not database.exists() and not is_dry_run
        migrate(database)
        arguments = {"paths": [str(path) for path in paths], "me": list(me), "is_again": is_again}
        begin = _Begin(owner, json.dumps(arguments, ensure_ascii=False), me, is_dry_run)
        opened = stack.enter_context(database.connect()) if is_dry_run else None
        summaries = list(_import_downloads(database, opened, whole, known, begin, progress))
        html_count = archive.html_count()
        if html_count:
            summaries[-1].notes.append(
                f"chats in HTML were left out ({html_count} files); what only they hold comes with a"
                " download in the format JSON"
            )
        if is_new:
            summaries[-1].notes.extend(git_notes([database.path]))
        return combined(summaries)


@dataclass(frozen=True, slots=True)
class _Begin:
    """What the imports of one command have in common."""

    owner: str
    arguments: str
    me: Sequence[str]
    is_dry_run: bool


def _tell(progress: Progress | None, read_before: int, total: int, byte_count: int) -> None:
    if progress:
        progress(read_before + byte_count, total)


def _import_downloads(
    database: Database,
    shared: sa.Connection | None,
    whole: Download,
    known: KnownFiles,
    begin: _Begin,
    progress: Progress | None,
) -> Iterator[ImportSummary]:
    total = sum(member.byte_count for member in whole.archive.json_members())
    read_before = 0
    for download in separate(whole):
        files = read_files(download, known, begin.me)
        tell = partial(_tell, progress, read_before, total)
        summary = _import_download(database, shared, download, files, begin, tell)
        read_before += summary.byte_count
        yield summary


def _import_download(
    database: Database,
    shared: sa.Connection | None,
    download: Download,
    files: Iterator[FileRead],
    begin: _Begin,
    tell: Callable[[int], None],
) -> ImportSummary:
    opened = nullcontext(shared) if shared is not None else database.connect()
    with _noted(database, is_dry_run=begin.is_dry_run) as importers, opened as connection:
        importer = Importer(connection, begin.owner, begin.arguments, download, is_dry_run=begin.is_dry_run)
        importers.append(importer)
        with in_one_thread(connection) if importer.is_first else nullcontext():
            with read_ahead(files, lambda file: file.byte_count) as ready:
                for file in ready:
                    importer.add(file)
                    tell(importer.byte_count)
            return importer.finish(begin.me)


@contextmanager
def _noted(database: Database, *, is_dry_run: bool) -> Iterator[list[Importer]]:
    """Note in the store how an import ended that did not finish; what was not committed is gone by then.

    On a full disk the note may not fit; then the next import makes it.
    """
    importers: list[Importer] = []
    try:
        yield importers
    except BaseException as error:
        if importers and not importers[0].is_finished and not is_dry_run:
            status = "failed" if isinstance(error, ArchiveError) else "interrupted"
            with suppress(StoreError), database.transaction() as connection:
                close_import(connection, importers[0].import_id, status, importers[0].result())
        raise


def _local(stack: ExitStack, paths: Sequence[str | Path], progress: Progress | None) -> list[Path]:
    """Return the paths, those of addresses after fetching what is there."""
    names = [str(path) for path in paths]
    doubles = {name for name in names if names.count(name) > 1}
    if doubles:
        raise UsageError(f"{min(doubles)} is named twice; name it once")
    return [
        stack.enter_context(downloaded(name, progress=progress)) if is_url(name) else Path(name)
        for name in names
    ]


def _known_files(database: Database, owner: str) -> KnownFiles:
    if not database.exists():
        return {}
    with database.reading() as connection:
        rows = select(connection, "import/log/known_files", owner_label=owner)
    return {
        known_key(row["sha256"], row["path"]): KnownFile(
            row["message_count"], row["source"], row["reason"], row["outdated_at_ms"]
        )
        for row in rows
    }


def _refuse_skips(files: Iterator[FileRead]) -> None:
    for file in files:
        if file.status == "failed":
            raise FileSkipped(f"{file.path}: {file.reason}; leave out --strict to load the others")


def _assert_chats(archive: Archive, files: Iterator[FileRead], paths: Sequence[str | Path]) -> None:
    """Make sure, before anything is written, that there is a chat to read.

    Raises:
        NotAnArchive: There is none; the text says what there is instead.
    """
    looked_at: list[FileRead] = []
    for file in files:
        looked_at.append(file)
        if file.status in ("loaded", "unchanged"):
            return
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

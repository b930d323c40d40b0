"""The downloads of one command, imported one after the other."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

import sqlalchemy as sa

from rolecall.archives.archive import Archive
from rolecall.downloads.download import Download
from rolecall.downloads.reading import FileRead
from rolecall.errors import ArchiveError, StoreError
from rolecall.files.checkouts import git_notes
from rolecall.files.leftovers import temporary_folder
from rolecall.imports.importer import Importer, close_import
from rolecall.imports.summaries import ImportSummary, combined
from rolecall.store.connections import bound_memory, in_one_thread
from rolecall.store.database import Database
from rolecall.store.migrate import migrate

Files = AbstractContextManager[Iterator[FileRead]]
"""What gives the files of a download while it is entered."""
# Rows that are only added need no more: DuckDB writes them as they come.
_FIRST_MEGABYTES = 128


@dataclass(frozen=True, slots=True)
class Command:
    """What the imports of one command have in common."""

    database: Database
    paths: Sequence[str]
    owner: str
    me: Sequence[str]
    is_dry_run: bool
    is_again: bool
    progress: Callable[[int, int], None] | None

    @property
    def arguments(self) -> str:
        """What is remembered of the command."""
        told = {"paths": self.paths, "me": list(self.me), "is_again": self.is_again}
        return json.dumps(told, ensure_ascii=False)


def run_imports(
    command: Command, archive: Archive, downloads: Iterable[tuple[Download, Files]]
) -> ImportSummary:
    """Import downloads, each with its files, which are open one after the other.

    The store is made when there is none.

    Raises:
        UnsafeArchive: An archive changed while it was read.
        ReaderEnded: A process that read for this one was killed.
    """
    with ExitStack() as stack:
        if command.is_dry_run and not command.database.exists():
            folder = stack.enter_context(temporary_folder())
            command = replace(command, database=Database(str(folder / "dry-run.duckdb")))
        database = command.database
        is_new = database.is_duckdb and not database.exists() and not command.is_dry_run
        migrate(database)
        shared = stack.enter_context(database.connect()) if command.is_dry_run else None
        total = sum(member.byte_count for member in archive.json_members())
        summaries: list[ImportSummary] = []
        for download, files in downloads:
            read_before = sum(summary.byte_count for summary in summaries)
            tell = partial(_tell, command.progress, read_before, total)
            summaries.append(_import_download(command, shared, download, files, tell))
        html_count = archive.html_count()
        if html_count:
            summaries[-1].notes.append(
                f"chats in HTML were left out ({html_count} files); what only they hold comes with a"
                " download in the format JSON"
            )
        if is_new:
            summaries[-1].notes.extend(git_notes([database.path]))
        return combined(summaries)


def _tell(progress: Callable[[int, int], None] | None, read_before: int, total: int, byte_count: int) -> None:
    if progress:
        progress(read_before + byte_count, total)


def _import_download(
    command: Command,
    shared: sa.Connection | None,
    download: Download,
    files: Files,
    tell: Callable[[int], None],
) -> ImportSummary:
    with ExitStack() as stack:
        importers = stack.enter_context(_noted(command))
        connection = shared or stack.enter_context(command.database.connect())
        importer = Importer(
            connection, command.owner, command.arguments, download, is_dry_run=command.is_dry_run
        )
        importers.append(importer)
        if importer.is_first:
            stack.enter_context(in_one_thread(connection))
            bound_memory(connection, _FIRST_MEGABYTES)
        for file in stack.enter_context(files):
            importer.add(file)
            tell(importer.byte_count)
            del file  # a huge one is given up while it is written
        return importer.finish(command.me)


@contextmanager
def _noted(command: Command) -> Iterator[list[Importer]]:
    """Note in the store how an import ended that did not finish; what was not committed is gone by then.

    On a full disk the note may not fit; then the next import makes it.
    """
    importers: list[Importer] = []
    try:
        yield importers
    except BaseException as error:
        if importers and not importers[0].is_finished and not command.is_dry_run:
            status = "failed" if isinstance(error, ArchiveError) else "interrupted"
            with suppress(StoreError), command.database.transaction() as connection:
                close_import(connection, importers[0].import_id, status, importers[0].result())
        raise

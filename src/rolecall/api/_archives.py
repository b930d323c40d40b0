"""Archives into the store, and questions about what it holds."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rolecall import accounts, adhoc, people, queries, shell, tabular
from rolecall.api._base import Progress, Row, StoreBase
from rolecall.archives import Limits
from rolecall.imports import ImportSummary, import_archives
from rolecall.outputs import check_place, writing
from rolecall.results import QueryResult
from rolecall.stats import read_stats


class ArchiveMethods(StoreBase):
    """What a store does with archives, messages and people."""

    def import_archives(
        self,
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
        """Load archives: zips, folders, JSON files, or URLs of zips.

        Args:
            paths: What to read: parts of one download, or several downloads, which are told apart.
            me: Display names of the archive's owner; told here, they are not guessed.
            owner: Label of the person whose archives these are.
            is_dry_run: Read everything, write nothing.
            is_strict: Stop at the first file that cannot be read, with the store unchanged.
            is_again: Read files again that are known already.
            limits: What the archives may ask of the machine, where that is more than usual.
            progress: Called with the bytes read and the bytes in all.

        Returns:
            What was added, known and skipped.

        Raises:
            ArchiveError: There is nothing to read; the store is as before.
        """
        return import_archives(
            self.database,
            paths,
            me=me,
            owner=owner,
            is_dry_run=is_dry_run,
            is_strict=is_strict,
            is_again=is_again,
            limits=limits,
            progress=progress,
        )

    def imports(self) -> list[Row]:
        """Return every import with its counts, also by source and by reason, oldest first."""
        return queries.list_imports(self.database)

    def import_files(self, import_id: int) -> list[Row]:
        """Return the files that one import looked at, those it could not read first, or raise `NotFound`."""
        return queries.list_import_files(self.database, import_id)

    def status(self) -> Row:
        """Return the store's address, release, owners and counts."""
        return queries.status(self.database)

    def check_store(self) -> dict[str, list[Row]]:
        """Return, for each rule of `sql/checks` that is broken, rows that break it; empty means healthy."""
        return queries.check_store(self.database)

    def stats(self, *, limit: int = 10) -> dict[str, list[Row]]:
        """Return figures about the chats: months, hours, people, replies (times to answer) and threads."""
        return read_stats(self.database, limit=limit)

    def threads(self) -> list[Row]:
        """Return every thread with its people and counts, the longest first."""
        return queries.named_rows(self.database, "list_threads")

    def thread(self, name_or_id: str, *, limit: int = 50) -> tuple[Row, list[Row]]:
        """Return a thread and its newest messages, oldest of them first; raise `NotFound`, `Ambiguous`."""
        return queries.show_thread(self.database, name_or_id, limit)

    def search(self, words: str, *, limit: int = 50) -> list[Row]:
        """Return the newest messages whose text contains every word, upper and lower case alike."""
        return queries.search(self.database, words, limit)

    def sql(self, query: str, *, seconds: float = 0, memory: str = "") -> AbstractContextManager[QueryResult]:
        """Run one query that can only read this store, and give its columns and rows as they come.

        Args:
            query: One `select` (or `with`, `from`, `show`, `describe`, `summarize`, `pivot`, `explain`).
            seconds: Most time that the engine may work on it; 0 is no limit.
            memory: Most memory it may use, as `2GB`; empty is the engine's own limit.

        Raises:
            QueryError: The query is wrong, writes, reads files, or took too long.
        """
        return adhoc.run_query(self.database, query, seconds=seconds, memory=memory)

    def save_sql(
        self,
        query: str,
        path: str | Path,
        *,
        format: str | None = None,
        is_forced: bool = False,
        seconds: float = 0,
        memory: str = "",
    ) -> Path:
        """Write what `sql` gives to a file, in the format named or that of its suffix; return its full path.

        Raises:
            OutputExists: The file is there, and not `is_forced`.
        """
        format = tabular.format_of(Path(path), format)
        forbidden = self.database.path if self.database.is_duckdb else None
        place = check_place(Path(path), is_forced=is_forced, forbidden=forbidden)
        with self.sql(query, seconds=seconds, memory=memory) as result, writing(place) as output:
            tabular.write(result, format, output)
            output.finish()
            output.place()
        return place

    def shell_command(self) -> tuple[list[str], dict[str, str]]:
        """Return the command that opens the store in a program installed here, and its environment."""
        return shell.shell_command(self.database)

    def people(self) -> list[Row]:
        """Return every person with names and counts: the owner, then those with most messages."""
        return queries.named_rows(self.database, "list_people")

    def set_me(self, name_or_id: str) -> Row:
        """Say who the owner of the archives is; wins over what was found. Return the person."""
        return people.set_me(self.database, name_or_id)

    def rename_person(self, name_or_id: str, new_name: str) -> Row:
        """Give a person another display name; the earlier ones stay among the names. Return the person."""
        return people.rename_person(self.database, name_or_id, new_name)

    def merge_people(self, kept: str, others: Sequence[str]) -> Row:
        """Say that several accounts are one person, and return the person."""
        return accounts.merge_people(self.database, kept, others)

    def split_person(self, name_or_id: str, threads: Sequence[str] = ()) -> list[Row]:
        """Take apart what is not one person: namesakes in some chats, or accounts that were merged."""
        return accounts.split_person(self.database, name_or_id, threads)

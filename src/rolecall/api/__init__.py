"""The store as people use it: one method for each command, with the command's verb."""

from collections.abc import Iterable
from pathlib import Path

from rolecall import jobs
from rolecall.api._archives import ArchiveMethods
from rolecall.api._base import Note, Progress, Row
from rolecall.api._datasets import DatasetMethods
from rolecall.api._jobs import JobMethods, JobOptions
from rolecall.check import check_file
from rolecall.check_report import CheckReport
from rolecall.copying import copy_store
from rolecall.database import Database
from rolecall.jobs import ProviderAbout
from rolecall.migrate import current, migrate

__all__ = ["JobOptions", "Note", "Progress", "Row", "Store", "check", "providers"]


class Store(ArchiveMethods, DatasetMethods, JobMethods):
    """A store of chats. Every method opens it, does one thing and closes it.

    All methods raise `StoreError` (see `errors`) when the store cannot be used, and all but `import_archives`
    and `migrate` raise `NoStore` when there is none.
    """

    def migrate(self) -> bool:
        """Bring the store to this release, making it when there is none; return whether anything was done."""
        return migrate(self.database)

    def copy(self, to: str, *, progress: Progress | None = None) -> dict[str, int]:
        """Copy the whole store to another URL, where there is none yet; return the rows of each table.

        Raises:
            StoreError: There are rows already, or not all arrived; nothing is written.
        """
        return copy_store(self.database, Database(to), progress)

    def current(self) -> dict[str, str]:
        """Return what the store says of itself: revision, release; it is opened and not changed."""
        with self.database.connect(is_read_only=self.database.is_duckdb) as connection:
            return current(connection)


def check(
    path: str | Path,
    *,
    max_tokens: int = 65536,
    against: str | Path | None = None,
    shared: Iterable[tuple[int, int, int]] = (),
    progress: Progress | None = None,
) -> CheckReport:
    """Return what a provider would refuse in a training file, with line numbers; needs no store.

    `against` names the validation file; lines that say the same there are named too, and those of `shared`,
    which `Store.shared_lines` yields for two exports of one store.
    """
    return check_file(path, max_tokens=max_tokens, against=against, shared=shared, progress=progress)


def providers() -> list[ProviderAbout]:
    """Return who trains: what each needs, and whether it still takes new users; needs no store."""
    return jobs.list_providers()

"""A store as every command uses it: brought to this release first, then read or written.

Who migrates is settled here: `reading`, `writing` and `working` find a store of this release, or bring one to
it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

from rolecall.errors import NoStore, StoreError
from rolecall.store.connections import one_transaction
from rolecall.store.engine import Engine
from rolecall.store.migrate import is_current, migrate


class Database(Engine):
    """A store, there already or to be made, and the ways to work on it."""

    def ready(self) -> None:
        """Bring a store that is there to this release.

        Raises:
            NoStore: There is none.
        """
        self._check_there()
        migrate(self)

    def migrate(self) -> bool:
        """Bring the store to this release, making it when there is none; return whether anything was done."""
        return migrate(self)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Open a connection that only reads; see `connect`."""
        with self._opened(is_read_only=self.is_duckdb) as connection:
            yield connection

    @contextmanager
    def writing(self, lock: str = "") -> Iterator[sa.Connection]:
        """Open a connection for one transaction; see `transaction`."""
        with self._opened() as connection, one_transaction(connection, lock):
            yield connection

    @contextmanager
    def working(self) -> Iterator[sa.Connection]:
        """Open a connection on which several transactions are begun, one after the other."""
        with self._opened() as connection:
            yield connection

    @contextmanager
    def _opened(self, *, is_read_only: bool = False) -> Iterator[sa.Connection]:
        """Open a store of this release; opening costs, so the connection that is used asks which it is."""
        self._check_there()
        if not self.is_migrated:
            with self.connect(is_read_only=is_read_only) as connection:
                if is_current(connection, self):
                    yield connection
                    return
            migrate(self)
        with self.connect(is_read_only=is_read_only) as connection:
            yield connection

    def _check_there(self) -> None:
        if not self.exists():
            raise NoStore(f"no store at {self}; make one with: rolecall import PATH")
        if self.is_duckdb:
            with suppress(StoreError):  # of whoever may only read it, or has no room
                self.check_whole()  # after a process that was killed, or a full disk

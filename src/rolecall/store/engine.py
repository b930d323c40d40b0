"""Connections to the engine behind a URL: the one module that knows which it is.

DuckDB lets one process write, and `sharing` one of its threads; so a connection is opened for each piece of
work and closed after it, and nothing stays open while a command sleeps or waits for an answer.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from pathlib import Path

import duckdb
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from rolecall.errors import NoStore, NotAStore, StoreBusy, StoreError, StoreFull
from rolecall.store import companions
from rolecall.store.connections import change, one_transaction
from rolecall.store.engine_errors import translate
from rolecall.store.sharing import open_counts, shared

# Files stay readable by DuckDB 1.5, whose command line and notebooks people still have.
STORAGE_VERSION = "v1.5.0"
# The 8 bytes of checksum before it vary. Source: duckdb.org, internals/storage.
DUCKDB_MAGIC = b"DUCK"
# A second Ctrl-C while a connection is closed would be printed as well as raised.
logging.getLogger("sqlalchemy.pool").addHandler(logging.NullHandler())


class Engine:
    """A store's address, and the way to connect to it."""

    def __init__(self, url: str) -> None:
        """Take a URL (`duckdb:///chats.duckdb`, `postgresql+psycopg://...`) or the path of a DuckDB file.

        Raises:
            StoreError: The URL cannot be read, or names an engine that rolecall does not know.
        """
        try:
            self.url = sa.make_url(url if "://" in url else f"duckdb:///{url}")
        except (sa.exc.ArgumentError, ValueError) as error:
            raise StoreError(
                f"not a store URL: {url!r}; write duckdb:///FILE or postgresql+psycopg://..."
            ) from error
        self.engine_name = self.url.get_backend_name()
        self.is_migrated = False
        if self.engine_name not in ("duckdb", "postgresql"):
            raise StoreError(f"no engine named '{self.engine_name}'; choose from: duckdb, postgresql+psycopg")
        if self.is_duckdb and self.url.database in (None, "", ":memory:"):
            raise StoreError("the store must be a file; write duckdb:///FILE")

    @property
    def is_duckdb(self) -> bool:
        """Whether the store is one DuckDB file."""
        return self.engine_name == "duckdb"

    @property
    def path(self) -> Path:
        """The store's file (DuckDB only)."""
        return Path(str(self.url.database))

    def __str__(self) -> str:
        """Return the address without a password."""
        return str(self.path) if self.is_duckdb else self.url.render_as_string(hide_password=True)

    def exists(self) -> bool:
        """Return whether there is a DuckDB file to open; a server is asked only when connecting."""
        return not self.is_duckdb or (self.path.is_file() and self.path.stat().st_size > 0)

    @contextmanager
    def connect(self, *, is_read_only: bool = False) -> Iterator[sa.Connection]:
        """Open a connection for one piece of work, and close the file after it.

        Raises:
            NoStore: Read-only, and there is none.
            NotAStore, StoreBusy, StoreFull, NewerStore, StoreError: See `errors`.
        """
        with ExitStack() as stack:
            stack.enter_context(self._clear_errors())
            if self.is_duckdb:
                stack.enter_context(self._turn(is_read_only=is_read_only))
            with self._connected(is_read_only=is_read_only) as connection:
                yield connection
            if self.is_duckdb and not is_read_only:
                self._bring_in()

    def _turn(self, *, is_read_only: bool) -> AbstractContextManager[None]:
        """Return what waits until this thread may open the file."""
        store = self.path.resolve()  # whatever becomes of the working folder meanwhile
        return shared(
            store,
            is_read_only=is_read_only,
            check=partial(self.check_file, is_read_only),
            clear=partial(companions.remove_spill, store),
        )

    def _open_count(self) -> int:
        return open_counts().get(self.path.resolve(), 0)

    @contextmanager
    def _connected(self, *, is_read_only: bool) -> Iterator[sa.Connection]:
        """Open the file, and clear away what the engine makes beside it."""
        with ExitStack() as stack:
            engine = self._engine(is_read_only)
            stack.callback(engine.dispose)
            connection = stack.enter_context(engine.connect())
            if self.is_duckdb:
                stack.enter_context(companions.tidied(self.path.resolve(), is_read_only=is_read_only))
            yield connection

    @contextmanager
    def _clear_errors(self) -> Iterator[None]:
        """Turn what an engine raises into what is meant for users."""
        try:
            yield
        except (sa.exc.DBAPIError, duckdb.Error, OSError) as error:
            known = translate(error, str(self))
            if known is None:
                raise
            raise known from error
        except RuntimeError as error:
            if str(error) != "Query interrupted":
                raise
            # How DuckDB says that Ctrl-C came while it worked.
            raise KeyboardInterrupt from error

    @contextmanager
    def transaction(self, lock: str = "") -> Iterator[sa.Connection]:
        """Open a connection for one transaction: committed at the end, rolled back on any error.

        Of those that name the same `lock` one runs at a time.
        """
        with self.connect() as connection, one_transaction(connection, lock):
            yield connection

    def _engine(self, is_read_only: bool) -> sa.Engine:
        if not self.is_duckdb:
            try:
                return sa.create_engine(self.url.set(drivername="postgresql+psycopg"), poolclass=NullPool)
            except ModuleNotFoundError as error:
                advice = "pip install 'rolecall[postgres]'"
                raise StoreError(f"PostgreSQL needs a driver that is not installed: {advice}") from error
        # Extensions are never fetched: nothing leaves the machine because a query named one.
        config = {
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "temp_directory": str(companions.spill_of(self.path)),
        }
        if not is_read_only:
            config["storage_compatibility_version"] = STORAGE_VERSION
        engine = sa.create_engine(
            self.url, poolclass=NullPool, connect_args={"read_only": is_read_only, "config": config}
        )
        sa.event.listen(engine, "connect", _hide_progress)
        if not is_read_only:
            store = self.path.resolve()
            sa.event.listen(engine, "commit", lambda _: companions.make_journal(store))
        return engine

    def check_whole(self) -> None:
        """Return if the store's file is all of the store, or bring the rest of it from its journal.

        A connection does that when it is closed, and is silent when it cannot.

        Raises:
            StoreFull: There is no room for it. Nothing is lost, and the next connection tries again.
        """
        if companions.journal_bytes(self.path) and not self._open_count():
            with self._clear_errors(), self._turn(is_read_only=False):
                self._bring_in()

    def _bring_in(self) -> None:
        left = companions.journal_bytes(self.path)
        if not left or self._open_count() > 1:
            return
        try:
            with self._clear_errors(), self._connected(is_read_only=False) as connection:
                connection.exec_driver_sql("checkpoint")
        except StoreBusy:  # whoever has it open now does it
            return
        except StoreFull as error:
            raise StoreFull(
                f"no room left on the disk to bring all of {self} into one file: what was done is kept,"
                f" {left:,} bytes of it beside it in {companions.journal_of(self.path).name}, which"
                " belongs to it; free some, and the next command brings it in"
            ) from error

    def check_file(self, is_read_only: bool) -> None:
        """Return if the file may be opened, or made; raise what is wrong with it otherwise."""
        path = self.path
        if path.is_dir():
            raise NotAStore(
                f"{path} is a folder; give the path of a file, such as {path / 'rolecall.duckdb'}"
            )
        if not path.parent.is_dir():
            raise StoreError(f"no folder {path.parent} for the store; make it first")
        if not path.exists():
            if is_read_only:
                raise NoStore(f"no store at {path}; make one with: rolecall import PATH")
            return
        try:
            with path.open("rb" if is_read_only else "r+b") as file:
                head = file.read(12)
        except PermissionError as error:
            what = "read" if is_read_only else "written to"
            raise StoreError(
                f"{path} may not be {what}; change its permissions or choose another --store"
            ) from error
        if head and head[8:12] != DUCKDB_MAGIC:
            raise NotAStore(f"{path} is not a DuckDB file; choose another --store")


def _hide_progress(connection: duckdb.DuckDBPyConnection, _: object) -> None:
    """Keep DuckDB from drawing a bar of its own, which it does in notebooks and under `python -c`."""
    change(connection.cursor(), "set enable_progress_bar = false")

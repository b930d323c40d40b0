"""What is done with an open connection: one transaction, settings, further connections that read the same."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress

import duckdb
import sqlalchemy as sa

from rolecall.store.locks import wait_for

MEGABYTES_PER_THREAD = 8
# Threads that have one file open share its engine and most of its settings.
_changing = threading.Lock()


@contextmanager
def one_transaction(connection: sa.Connection, lock: str = "") -> Iterator[None]:
    """Open a transaction; of those that name the same `lock` one runs at a time."""
    with connection.begin():
        if lock:
            wait_for(connection, lock)
        yield


def change(connection: duckdb.DuckDBPyConnection, *statements: str) -> None:
    """Change settings, unless a query of the user's has locked them, in another thread, for the whole file.

    That is asked first: a statement that is refused would end the running transaction.
    """
    with _changing:
        connection.execute("select current_setting('lock_configuration')")
        is_locked = connection.fetchall() == [(True,)]
        for statement in () if is_locked else statements:
            connection.execute(statement)


def bound_memory(connection: sa.Connection, megabytes: int) -> None:
    """Bound what DuckDB may hold on this connection; what needs more goes to its folder beside the store.

    Each of its threads holds blocks of its own, which come on top.
    """
    if connection.dialect.name == "duckdb":
        threads = int(connection.exec_driver_sql("select current_setting('threads')").scalar_one())
        total = megabytes + MEGABYTES_PER_THREAD * threads
        change(driver_of(connection), f"set memory_limit = '{total}MB'")


def driver_of(connection: sa.Connection) -> duckdb.DuckDBPyConnection:
    """Return DuckDB's own connection beneath another."""
    driver: duckdb.DuckDBPyConnection | None = connection.connection.driver_connection
    assert driver is not None
    return driver


def beside(connection: sa.Connection, number: int, stack: ExitStack) -> list[sa.Connection]:
    """Open more connections that read what is committed now, and close them with the stack.

    DuckDB then works in its callers' threads. A server is not asked for more than its one connection.
    """
    if connection.dialect.name != "duckdb":
        return []
    # The caller's own moment is never a later one: what it says of the past is true for what is read.
    connection.exec_driver_sql("select count(*) from settings").all()
    readers = [stack.enter_context(connection.engine.connect()) for _ in range(number)]
    change(driver_of(readers[0]), "set threads = 1")
    # For whoever else has the store open in this program.
    stack.callback(change, driver_of(readers[0]), "reset threads")
    # A transaction sees what is committed when it first looks, and these look one right after the other.
    for reader in readers:
        reader.exec_driver_sql("select count(*) from settings").all()
        stack.callback(reader.rollback)
    return readers


@contextmanager
def in_one_thread(connection: sa.Connection) -> Iterator[None]:
    """Have DuckDB work in the caller's thread: rows in bulk are written for less, and packed closer."""
    if connection.dialect.name != "duckdb":
        yield
        return
    change(driver_of(connection), "set threads = 1")
    try:
        yield
    finally:
        # On a connection of its own: one whose transaction failed answers nothing but that.
        with suppress(duckdb.Error), closing(driver_of(connection).cursor()) as another:
            change(another, "reset threads")


@contextmanager
def snapshot(connection: sa.Connection) -> Iterator[None]:
    """Open a transaction in which all that is read is of one moment, whatever others commit meanwhile."""
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("set transaction isolation level repeatable read")
        yield

"""Who goes first, where several processes use one store on PostgreSQL.

A lock is a name. PostgreSQL drops it with the connection that holds it, so that a process that was killed
blocks nobody. A DuckDB file has one writing process, and nothing to wait for.
"""

import sqlalchemy as sa

from rolecall.errors import StoreBusy
from rolecall.ids import make_id

# Held by each import, shared with others; whoever edits people wants it alone.
PEOPLE = "people"
# Held by whoever changes texts, shared with others; whoever counts their tokens wants it alone, or a text
# would be counted twice, or as it was before.
TEXTS = "texts"
# A machine that vanished (no power, no network) is given up after a minute and a half, not after hours.
_KEEPALIVES = {"tcp_keepalives_idle": 60, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 3}


def wait_for(connection: sa.Connection, *name: str, is_shared: bool = False) -> None:
    """Wait for a lock and hold it to the end of the running transaction.

    Args:
        connection: In a transaction.
        name: Of the lock.
        is_shared: Several may hold it at once, if all of them ask for it so.
    """
    _lock(connection, "pg_advisory_xact_lock" + ("_shared" if is_shared else ""), name)


def hold(connection: sa.Connection, *name: str, is_shared: bool = False) -> None:
    """Wait for a lock and hold it over all transactions of the connection, until it is closed."""
    if _is_postgres(connection):
        for setting, value in _KEEPALIVES.items():
            connection.exec_driver_sql(f"set {setting} = {value}")
    _lock(connection, "pg_advisory_lock" + ("_shared" if is_shared else ""), name)


def take_people(connection: sa.Connection) -> None:
    """Hold people and their names to the end of the running transaction: no import may change them meanwhile.

    Raises:
        StoreBusy: Somebody is importing.
    """
    if _lock(connection, "pg_try_advisory_xact_lock", (PEOPLE,)) is False:
        raise StoreBusy("somebody is importing into this store, or editing people; repeat when they are done")
    wait_for(connection, TEXTS, is_shared=True)


def claim_id(connection: sa.Connection, table: str, column: str, after: int = 0) -> int:
    """Return the next number of a table (1, 2, 3), above `after`, kept while this connection is open."""
    while True:
        number = max(_next(connection, table, column), after + 1)
        while _lock(connection, "pg_try_advisory_lock", (table, str(number))) is False:
            number += 1  # somebody else is about to use it
        # Whoever had it may have used it between the two questions.
        if number >= _next(connection, table, column):
            return number


def is_claimed(connection: sa.Connection, table: str, number: int) -> bool:
    """Return whether somebody who is connected has claimed a number; on a DuckDB file nobody else is."""
    # Until the running transaction ends, nobody can claim it anew.
    return _lock(connection, "pg_try_advisory_xact_lock_shared", (table, str(number))) is False


def _next(connection: sa.Connection, table: str, column: str) -> int:
    return int(
        connection.execute(sa.text(f"select coalesce(max({column}), 0) + 1 from {table}")).scalar_one()
    )


def _is_postgres(connection: sa.Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _lock(connection: sa.Connection, function: str, name: tuple[str, ...]) -> object:
    """Return what the server's function says: for those that try, whether the lock is ours."""
    if not _is_postgres(connection):
        return None
    statement = sa.text(f"select {function}(:key)")
    return connection.execute(statement, {"key": make_id("lock", *name)}).scalar_one()

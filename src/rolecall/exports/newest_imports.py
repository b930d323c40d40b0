"""Which imports an export has seen to their end, while others may be importing into the same store."""

from collections.abc import Callable

import sqlalchemy as sa

from rolecall.store.locks import is_claimed
from rolecall.store.statements import select


def newest_imports(connection: sa.Connection) -> Callable[[], int]:
    """Look who is importing, before what is exported is read; return how to ask for the newest import.

    The answer is the newest import that ended, with all those before it, in what the asking transaction sees:
    whatever any other import brings comes later. 0: there is none.

    Args:
        connection: In a transaction that ends before the one that reads begins: an import that is at work now
            may have ended by then, and still be at work in what that transaction sees.
    """
    seen = max(_statuses(connection), default=0)
    claimed = {number for number in _not_ended(connection) if is_claimed(connection, "imports", number)}

    def newest() -> int:
        going_on = [number for number in _not_ended(connection) if number > seen or number in claimed]
        return min(going_on) - 1 if going_on else max(_statuses(connection), default=0)

    return newest


def _statuses(connection: sa.Connection) -> dict[int, str]:
    return {row["import_id"]: row["status"] for row in select(connection, "queries/import_statuses")}


def _not_ended(connection: sa.Connection) -> list[int]:
    """Return the numbers of imports that run, were killed, or are not to be seen yet."""
    statuses = _statuses(connection)
    newest = max(statuses, default=0)
    return [number for number in range(1, newest + 1) if statuses.get(number, "running") == "running"]

"""Figures about the chats of a store; each is a view that people can query too."""

from rolecall.errors import UsageError
from rolecall.store.database import Database
from rolecall.store.statements import select

Row = dict[str, object]

# The figure -> whether it lists the first ones only.
FIGURES = {"months": False, "hours": False, "people": True, "replies": True, "threads": True}


def read_stats(database: Database, *, limit: int = 10) -> dict[str, list[Row]]:
    """Return the figures by name: months, hours, people, replies (times to answer) and threads.

    Args:
        database: The store.
        limit: Most people and threads to list.

    Raises:
        UsageError: The limit is below 1.
    """
    if limit < 1:
        raise UsageError(f"the limit is {limit}; give a whole number from 1")
    with database.reading() as connection:
        return {
            name: select(connection, f"queries/stats_{name}", **({"limit": limit} if is_limited else {}))
            for name, is_limited in FIGURES.items()
        }

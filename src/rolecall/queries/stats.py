"""Figures about the chats of a store; each is a view that people can query too."""

from typing import Any

from rolecall.queries.chats import check_limit
from rolecall.store.database import Database
from rolecall.store.statements import select

# The figure -> whether it lists the first ones only.
FIGURES = {"months": False, "hours": False, "people": True, "replies": True, "threads": True}


def read_stats(database: Database, *, limit: int = 10) -> dict[str, list[dict[str, Any]]]:
    """Return rows of figures by name: months, hours, people, replies (times to answer) and threads.

    Args:
        limit: Most people and threads to list.

    Raises:
        UsageError: The limit is below 1.
    """
    check_limit(limit)
    with database.reading() as connection:
        return {
            name: select(connection, f"queries/stats_{name}", **({"limit": limit} if is_limited else {}))
            for name, is_limited in FIGURES.items()
        }

"""Two rows that prove to be one: people who are one person, threads that are one chat.

All that names the one is made to name the other, by the statements of `sql/people/` and `sql/threads/`.
"""

from functools import cache

import sqlalchemy as sa

from rolecall.registry import folder


def move_person(connection: sa.Connection, old_id: int, new_id: int) -> None:
    """Make everything of one participant another's, in the running transaction, and drop the one."""
    _run(connection, "people", {"old_id": old_id, "new_id": new_id})


def move_thread(connection: sa.Connection, old_id: int, new_id: int, new_bucket: int) -> None:
    """Make everything of one thread another's, in the running transaction; the old id goes on to resolve.

    What both hold stays twice: see `imports.joining`.
    """
    _run(connection, "threads", {"old_id": old_id, "new_id": new_id, "new_bucket": new_bucket})


def _run(connection: sa.Connection, kind: str, params: dict[str, int]) -> None:
    for statement in _statements(kind):
        connection.execute(sa.text(statement), params)


@cache
def _statements(kind: str) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((folder("sql") / kind).glob("*.sql"))]

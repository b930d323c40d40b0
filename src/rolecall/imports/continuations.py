"""Chats that were encrypted at some time: what was said before and after comes in different downloads.

Everything said before lies in the section `e2ee_cutover`, everything after only in the secure storage's
download.
Source: FORMATS.md sections 1 and 4.2, rule 4.
"""

from collections import Counter

import sqlalchemy as sa

from rolecall.database import rows
from rolecall.imports.identity import Identity
from rolecall.imports.joining import join_threads


def join_continuations(
    connection: sa.Connection, identity: Identity, owner_id: int, import_id: int
) -> Counter[str]:
    """Join each chat from before with its continuation, where exactly one of each has the same two people.

    The thread known first keeps its id; title and source are those of the newer part.

    Returns:
        What is to be added to the running import's counts.
    """
    counts: Counter[str] = Counter()
    for row in rows(connection, "import_continuations", owner_id=owner_id):
        before, after = row["before_thread_id"], row["after_thread_id"]
        is_after_older = row["after_import_id"] < row["before_import_id"]
        kept, old = (after, before) if is_after_older else (before, after)
        about = connection.execute(
            sa.text("select title, source, is_still_participant from threads where thread_id = :thread_id"),
            {"thread_id": after},
        ).one()
        counts.update(join_threads(connection, identity, import_id, old, kept))
        connection.execute(
            sa.text(
                "update threads set title = :title, source = :source,"
                " is_still_participant = :is_still_participant, section = 'e2ee_cutover'"
                " where thread_id = :thread_id"
            ),
            {**about._mapping, "thread_id": kept},
        )
    return counts

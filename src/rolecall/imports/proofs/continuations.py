"""Chats that were encrypted at some time: what was said before and after comes in different downloads.

Everything said before lies in the section `e2ee_cutover`, everything after only in the secure storage's
download.
Source: FORMATS.md sections 1 and 4.2, rule 4.
"""

from collections import Counter

import sqlalchemy as sa

from rolecall.imports.identity.identity import Identity
from rolecall.imports.proofs.joining import join_threads
from rolecall.people.moving import move_person_in_thread, take_apart
from rolecall.store.statements import run, select


def join_continuations(
    connection: sa.Connection, identity: Identity, owner_id: int, import_id: int
) -> Counter[str]:
    """Join each chat from before with its continuation, where exactly one of each has the same two names.

    The thread known first keeps its id. It keeps its people where the other thread has namesakes of them.
    Title and source come from the newer part. Merged accounts are taken apart for it.

    Returns:
        What is to be added to the running import's counts.
    """
    counts: Counter[str] = Counter()
    pairs = select(connection, "import/continuations/pairs", owner_id=owner_id)
    if pairs:
        take_apart(connection, owner_id)
    for row in pairs:
        before, after = row["before_thread_id"], row["after_thread_id"]
        is_after_older = row["after_import_id"] < row["before_import_id"]
        kept, old = (after, before) if is_after_older else (before, after)
        about = connection.execute(
            sa.text("select title, source, is_still_participant from threads where thread_id = :thread_id"),
            {"thread_id": after},
        ).one()
        _move_namesakes(connection, old, kept)
        counts.update(join_threads(connection, identity, import_id, old, kept))
        run(connection, "import/continuations/newest_part", **about._mapping, thread_id=kept)
    return counts


def _move_namesakes(connection: sa.Connection, old_id: int, kept_id: int) -> None:
    """Make the people of a chat those of the other one, where namesakes were split and a name is in both."""
    for row in select(connection, "import/continuations/namesakes", old_id=old_id, new_id=kept_id):
        move_person_in_thread(connection, row["old_participant_id"], row["new_participant_id"], old_id)

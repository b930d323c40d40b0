"""Two threads of the store that prove to be one chat: what both hold becomes one message each.

The one is staged as a download of the other is, and goes through the same steps; so a message that was
edited, unsent or told in another language between the downloads of the one and of the other is known.
Source: FORMATS.md section 4.2.
"""

from collections import Counter
from functools import partial

import sqlalchemy as sa

from rolecall.imports.identity.identity import Identity
from rolecall.imports.proofs.renames import apply_renames
from rolecall.imports.sequence import JOIN, SPOKEN_OF_BOTH, Act, Acts, run_sequence
from rolecall.imports.tables import BATCH_TABLES, drop_tables, make_tables
from rolecall.people.moving import move_thread
from rolecall.store.statements import run, run_all

# What names a message, and goes with one that both threads hold.
_WITH_MESSAGES = (
    "messages", "attachments", "reactions", "message_edits", "message_languages", "message_tokens",
)  # fmt: skip


def join_threads(
    connection: sa.Connection, identity: Identity, import_id: int, old_id: int, new_id: int
) -> Counter[str]:
    """Make everything of one thread another's, in the running transaction; the old id goes on to resolve.

    Returns:
        What is to be added to the running import's counts: what it added to one may be known of the other.
    """
    counts: Counter[str] = Counter()
    params = {
        "import_id": import_id,
        "old_id": old_id,
        "new_id": new_id,
        "new_bucket": identity.bucket(new_id),
    }
    move = partial(_move, connection, old_id, new_id, params["new_bucket"])
    make_tables(connection, BATCH_TABLES)
    run_all(connection, (*SPOKEN_OF_BOTH, "import/join/threads"), params)
    acts: Acts = {
        Act.APPLY_RENAMES: partial(apply_renames, connection, identity),
        Act.COUNT_TWICE: lambda: counts.update(_added_twice(connection, import_id, old_id)),
        Act.MOVE_THREAD: move,
    }
    if run(connection, "import/join/overlap", **params).scalar_one():
        run_sequence(connection, JOIN, params, acts)
    else:
        move()
    drop_tables(connection, BATCH_TABLES)
    return counts


def _move(connection: sa.Connection, old_id: int, new_id: int, new_bucket: int) -> None:
    """Make what is the one thread's the other's; a message that both hold is the other's already."""
    doubled = "select staged_no from matched_entries"  # of a thread that is staged, the ids of messages
    for table in _WITH_MESSAGES:
        connection.execute(
            sa.text(f"delete from {table} where thread_id = :old_id and message_id in ({doubled})"),
            {"old_id": old_id},
        )
    move_thread(connection, old_id, new_id, new_bucket)


def _added_twice(connection: sa.Connection, import_id: int, old_id: int) -> Counter[str]:
    row = run(connection, "import/join/added_twice", import_id=import_id, old_id=old_id).one()
    added, changed = map(int, row)
    return Counter(added_count=-added, changed_count=changed, known_count=added - changed)

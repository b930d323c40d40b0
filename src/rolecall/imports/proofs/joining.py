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
from rolecall.imports.tables import JOIN_TABLES, drop_tables, make_tables
from rolecall.people.moving import move_thread
from rolecall.store.statements import run, run_all


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
    move = partial(move_thread, connection, old_id, new_id, params["new_bucket"])
    make_tables(connection, JOIN_TABLES)
    run_all(connection, (*SPOKEN_OF_BOTH, "import/join/threads"), params)
    acts: Acts = {
        Act.APPLY_RENAMES: partial(apply_renames, connection, identity),
        Act.COUNT_TWICE: lambda: counts.update(_added_twice(connection, import_id)),
        Act.MOVE_THREAD: move,
    }
    if run(connection, "import/join/overlap", **params).scalar_one():
        run_sequence(connection, JOIN, params, acts)
    else:
        move()
    drop_tables(connection, JOIN_TABLES)
    return counts


def _added_twice(connection: sa.Connection, import_id: int) -> Counter[str]:
    added, changed = map(int, run(connection, "import/join/added_twice", import_id=import_id).one())
    return Counter(added_count=-added, changed_count=changed, known_count=added - changed)

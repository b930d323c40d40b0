"""Two threads of the store that prove to be one chat: what both hold becomes one message each.

The one is staged as a download of the other is, and goes through the same steps; so a message that was
edited, unsent or told in another language between the downloads of the one and of the other is known.
Source: FORMATS.md section 4.2.
"""

from collections import Counter
from collections.abc import Mapping

import sqlalchemy as sa

from rolecall.imports.identity.identity import Identity
from rolecall.imports.proofs.renames import apply_renames
from rolecall.people.moving import move_thread
from rolecall.store.statements import statements


def join_threads(
    connection: sa.Connection, identity: Identity, import_id: int, old_id: int, new_id: int
) -> Counter[str]:
    """Make everything of one thread another's, in the running transaction; the old id goes on to resolve.

    Returns:
        What is to be added to the running import's counts: what it added to one may be known of the other.
    """
    params = {
        "import_id": import_id,
        "old_id": old_id,
        "new_id": new_id,
        "new_bucket": identity.bucket(new_id),
    }
    _run(connection, params, "joins", 0, 9)
    if not _ask(connection, "overlap", params):
        move_thread(connection, old_id, new_id, params["new_bucket"])
        return Counter()
    params["newest_at_ms"] = _ask(connection, "newest_download", params)
    for statement in statements("tables").values():
        connection.exec_driver_sql(statement)
    _run(connection, params, "joins", 10, 19)
    _run(connection, params, "steps", 10, 16)
    apply_renames(connection, identity)
    _run(connection, params, "steps", 17, 35)
    counts = _added_twice(connection, import_id)
    _run(connection, params, "joins", 20, 29)
    _run(connection, params, "steps", 60, 68)
    _run(connection, params, "joins", 30, 39)
    _run(connection, params, "steps", 70, 76)
    _run(connection, params, "joins", 40, 49)
    move_thread(connection, old_id, new_id, params["new_bucket"])
    _run(connection, params, "steps", 69, 69)
    for table in (*statements("tables"), "10_joined_messages"):
        connection.exec_driver_sql(f"drop table {table.split('_', 1)[1]}")
    return counts


def _added_twice(connection: sa.Connection, import_id: int) -> Counter[str]:
    question = sa.text(statements("questions")["added_twice"])
    added, changed = map(int, connection.execute(question, {"import_id": import_id}).one())
    return Counter(added_count=-added, changed_count=changed, known_count=added - changed)


def _ask(connection: sa.Connection, question: str, params: Mapping[str, int]) -> int:
    return int(connection.execute(sa.text(statements("questions")[question]), params).scalar_one())


def _run(connection: sa.Connection, params: Mapping[str, int], kind: str, first: int, last: int) -> None:
    """Run the statements of a kind whose numbers lie in a range."""
    for name, statement in statements(kind).items():
        if first <= int(name[:2]) <= last:
            connection.execute(sa.text(statement), params)

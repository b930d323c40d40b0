"""Finding a thread by what was said in it, when its name and keys are new.

Folders were named anew between downloads (in 2022 the ten characters behind a folder's name gave way to
numbers); what people wrote, and when, did not change.
"""

import pyarrow as pa
import sqlalchemy as sa

from rolecall.database import append
from rolecall.imports.statements import statements
from rolecall.records import Thread

# Enough to be sure of, few enough to ask for each new thread of a large download.
_PROBES = 200
_LEAST_HITS = 2


def thread_with_same_messages(
    connection: sa.Connection, thread: Thread, owner_id: int, import_id: int
) -> list[int]:
    """Return the threads of earlier imports that hold at least two of its typed messages, best first."""
    typed = {(message.sent_at_ms, message.body) for message in thread.messages if message.kind == "text"}
    if len(typed) < _LEAST_HITS:
        return []
    step = max(1, len(typed) // _PROBES)
    chosen = sorted(typed, key=lambda probe: (probe[0], str(probe[1])))[::step]
    connection.exec_driver_sql(
        "create temporary table probes (probe_no bigint not null, sent_at_ms bigint not null, body varchar)"
    )
    data = {
        "probe_no": pa.array(range(len(chosen)), pa.int64()),
        "sent_at_ms": pa.array([sent_at_ms for sent_at_ms, _ in chosen], pa.int64()),
        "body": pa.array([body for _, body in chosen], pa.string()),
    }
    append(connection, "probes", pa.table(data))
    hits = connection.execute(
        sa.text(statements("questions")["probe_hits"]), {"owner_id": owner_id, "import_id": import_id}
    )
    found = [int(row.thread_id) for row in hits if row.hit_count >= _LEAST_HITS]
    connection.exec_driver_sql("drop table probes")
    return found

"""Finding a thread by what was said in it, when its name and keys are new.

Folders were named anew between downloads (in 2022 the ten characters behind a folder's name gave way to
numbers); what people wrote, and when, did not change.
"""

from collections.abc import Set
from dataclasses import dataclass

import pyarrow as pa
import sqlalchemy as sa

from rolecall.database import append
from rolecall.imports.statements import statements
from rolecall.records import Thread

# Enough to be sure of, few enough to ask for each new thread of a large download.
_PROBES = 200
# For a chat with fewer people in common than two: more than a greeting, or more than greetings to many.
_LEAST_HITS, _MANY_HITS = 3, 10


@dataclass(frozen=True, slots=True)
class Hit:
    """A thread that holds some of another's messages."""

    thread_id: int
    hit_count: int
    near_count: int
    """Messages asked for that fall into its time."""

    def is_same(self, ours: Set[str], theirs: Set[str]) -> bool:
        """Return whether it is the same chat, given the people of both.

        What somebody sends to a group and to one of its members at once is one message in two chats.
        The owner is in every chat, and may send all friends the same greeting: with nobody else in common
        (who may have changed name, or have a user name in Instagram's first downloads), nearly everything
        must agree.
        """
        if self.hit_count == 1 and ours != theirs:
            return False
        if len(ours & theirs) >= 2 or self.hit_count >= _MANY_HITS:
            return self.hit_count * 2 >= self.near_count
        return self.hit_count >= _LEAST_HITS and self.hit_count * 10 >= self.near_count * 9


def thread_with_same_messages(
    connection: sa.Connection, thread: Thread, owner_id: int, import_id: int
) -> list[Hit]:
    """Return the threads of earlier imports that hold some of its typed messages, best first."""
    said = thread.messages
    typed = {
        (sent_at_ms, body)
        for sent_at_ms, kind, body in zip(said.sent_at_ms, said.kinds, said.bodies, strict=True)
        if kind == "text"
    }
    if not typed:
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
    found = [Hit(*map(int, row)) for row in hits]
    connection.exec_driver_sql("drop table probes")
    return found

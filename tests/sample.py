"""A small invented store: four chats of Ines Quill, written straight into the tables."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pyarrow as pa
import sqlalchemy as sa

from rolecall.store.bulk import append, insert
from rolecall.store.database import Database
from rolecall.store.migrate import BUCKET_COUNT
from rolecall.store.statements import select

OWNER_ID = 11
INES, BO, MIRA = 101, 102, 103
NAMES = {INES: "Ines Quill", BO: "Bo Lund", MIRA: "Mira Sand"}
# 2021-03-01 09:00 UTC
START_MS = 1_614_589_200_000
MINUTE_MS = 60_000

Line = tuple[int, int, str]
"""Person, minutes after the start, body."""

BOAT: list[Line] = [
    (BO, 0, "is the boat dry?"),
    (BO, 1, "it rained all night"),
    (INES, 2, "dry as a biscuit"),
    (BO, 3, 'she said "row" and\\or "swim"'),
    (INES, 4, "row.\nthen swim \U0001f6a3\u2028 \u5b57"),
    (INES, 5, "<|endoftext|>"),
    (BO, 2000, "back again?"),
    (INES, 2001, "since noon"),
]
CLUB: list[Line] = [
    (BO, 0, "who brings the oars"),
    (MIRA, 1, "not me"),
    (INES, 2, "I have two"),
    (MIRA, 3, "perfect"),
    (INES, 4, "see you at six"),
]
SILENT: list[Line] = [(MIRA, 0, "are you there"), (MIRA, 5, "hello?")]
OWN: list[Line] = [(INES, 0, "buy rope")]

THREADS: dict[int, tuple[str, str, list[Line]]] = {
    1001: ("direct", "Bo Lund", BOAT),
    1002: ("group", "Rowing club", CLUB),
    1003: ("direct", "Mira Sand", SILENT),
    1004: ("self", "Ines Quill", OWN),
}


def load_sample(database: Database) -> None:
    """Write the owner, the people and the threads into an empty store."""
    with database.transaction() as connection:
        owner = {"owner_id": OWNER_ID, "label": "me", "self_participant_id": INES}
        insert(connection, "owners", owner)
        for participant_id, name in NAMES.items():
            add_person(connection, participant_id, name)
        for thread_id, (kind, title, lines) in THREADS.items():
            add_thread(connection, thread_id, kind, title, lines)


def add_person(connection: sa.Connection, participant_id: int, name: str) -> None:
    """Write one person with one name."""
    insert(
        connection,
        "participants",
        {
            "participant_id": participant_id,
            "owner_id": OWNER_ID,
            "display_name": name,
            "is_self": participant_id == INES,
            "is_anonymous": False,
        },
    )
    insert(
        connection,
        "participant_names",
        {"participant_id": participant_id, "name": name, "source": "facebook"},
    )


def add_thread(
    connection: sa.Connection, thread_id: int, kind: str, title: str, lines: Sequence[Line]
) -> None:
    """Write one thread with its messages, numbered from 1."""
    bucket = thread_id % BUCKET_COUNT
    insert(
        connection,
        "threads",
        {
            "thread_id": thread_id,
            "owner_id": OWNER_ID,
            "bucket": bucket,
            "source": "facebook",
            "kind": kind,
            "title": title,
            "section": "inbox",
            "is_still_participant": True,
        },
    )
    people = sorted({person for person, _, _ in lines} | {INES})
    for participant_id in people:
        insert(connection, "thread_participants", {"thread_id": thread_id, "participant_id": participant_id})
    append(connection, "messages", messages_table(thread_id, lines))


def messages_table(thread_id: int, lines: Sequence[Line]) -> pa.Table:
    """Return the rows of `messages` for one thread."""
    times = [START_MS + minute * MINUTE_MS for _, minute, _ in lines]
    return pa.table(
        {
            "message_id": pa.array(range(1, len(lines) + 1), type=pa.int64()),
            "bucket": pa.array([thread_id % BUCKET_COUNT] * len(lines), type=pa.int64()),
            "thread_id": pa.array([thread_id] * len(lines), type=pa.int64()),
            "participant_id": pa.array([person for person, _, _ in lines], type=pa.int64()),
            "sent_at_ms": pa.array(times, type=pa.int64()),
            "sent_at": pa.array(
                [datetime.fromtimestamp(time / 1000, UTC).replace(tzinfo=None) for time in times]
            ),
            "ordinal": pa.array(range(len(lines)), type=pa.int64()),
            "kind": ["text"] * len(lines),
            "body": [body for _, _, body in lines],
            "is_unsent": [False] * len(lines),
            "is_taken_down": [False] * len(lines),
            "first_import_id": pa.array([1] * len(lines), type=pa.int64()),
            "last_import_id": pa.array([1] * len(lines), type=pa.int64()),
        }
    )


def one_value(database: Database, statement: str) -> object:
    """Return the single value of a statement of the tests' own."""
    with database.connect(is_read_only=True) as connection:
        return connection.execute(sa.text(statement)).scalar_one()


def named_rows(database: Database, name: str) -> list[dict[str, object]]:
    """Return the rows of a query without parameters."""
    with database.connect(is_read_only=True) as connection:
        return select(connection, name)

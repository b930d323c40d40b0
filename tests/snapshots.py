"""What a store holds, without ids and import columns: equal for the same store, however it came about."""

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from rolecall.api import Store

Rows = list[tuple[object, ...]]

CONTENT_TABLES = (
    "owners",
    "participants",
    "participant_names",
    "threads",
    "thread_keys",
    "thread_participants",
    "messages",
    "message_edits",
    "attachments",
    "reactions",
)


@dataclass(frozen=True)
class Snapshot:
    """People and threads in an order that ids do not decide."""

    people: Rows
    threads: Rows
    """Each with its people, and its messages in order, with their attachments and reactions."""


def snapshot(store: Store) -> Snapshot:
    """Return what the store holds."""
    with store.database.connect(is_read_only=True) as connection:
        people = _rows(
            connection,
            "select participant_id, label, display_name, is_self, is_anonymous"
            " from participants join owners on owners.owner_id = participants.owner_id",
        )
        names = _grouped(connection, "select participant_id, name, source from participant_names")
        described = {person[0]: (*person[1:], tuple(sorted(names[person[0]]))) for person in people}
        return Snapshot(sorted(described.values(), key=repr), _threads(connection, described))


def row_counts(store: Store) -> dict[str, int]:
    """Return how many rows each table of chats has."""
    with store.database.connect(is_read_only=True) as connection:
        return {
            table: connection.execute(sa.text(f"select count(*) from {table}")).scalar_one()
            for table in CONTENT_TABLES
        }


def bodies(store: Store) -> list[str | None]:
    """Return the bodies of all messages in their order, the thread that began first first."""
    with store.database.connect(is_read_only=True) as connection:
        found = _rows(
            connection,
            "select body from messages"
            " order by min(sent_at_ms) over (partition by thread_id), thread_id, sent_at_ms, ordinal",
        )
    return [body if body is None else str(body) for (body,) in found]


def column(store: Store, query: str) -> list[object]:
    """Return the first column of a query's rows."""
    with store.database.connect(is_read_only=True) as connection:
        return [row[0] for row in connection.exec_driver_sql(query)]


def _threads(connection: sa.Connection, people: dict[object, tuple[object, ...]]) -> Rows:
    members = _grouped(connection, "select thread_id, participant_id from thread_participants")
    messages = _grouped(
        connection,
        "select thread_id, message_id, participant_id, sent_at_ms, kind, body, share_url, call_seconds,"
        " is_unsent, is_taken_down from messages order by thread_id, sent_at_ms, ordinal",
    )
    attachments = _grouped(
        connection,
        "select thread_id, message_id, kind, uri, status from attachments"
        " order by thread_id, message_id, attachment_no",
        key_count=2,
    )
    reactions = _grouped(
        connection,
        "select thread_id, message_id, participant_id, emoji, reacted_at_ms from reactions",
        key_count=2,
    )
    found: Rows = []
    for thread_id, *described in _rows(
        connection, "select thread_id, source, kind, title, section, is_still_participant from threads"
    ):
        entries = tuple(
            (
                people[participant_id],
                *content,
                tuple(attachments[thread_id, message_id]),
                tuple(
                    sorted(
                        ((people[actor], *rest) for actor, *rest in reactions[thread_id, message_id]),
                        key=repr,
                    )
                ),
            )
            for message_id, participant_id, *content in messages[thread_id]
        )
        who = tuple(sorted((people[person] for (person,) in members[thread_id]), key=repr))
        found.append((*described, who, entries))
    return sorted(found, key=repr)


def _rows(connection: sa.Connection, query: str) -> Rows:
    return [tuple(row) for row in connection.execute(sa.text(query))]


def _grouped(connection: sa.Connection, query: str, key_count: int = 1) -> dict[object, Rows]:
    grouped: dict[object, Rows] = defaultdict(list)
    for row in _rows(connection, query):
        grouped[row[:key_count] if key_count > 1 else row[0]].append(row[key_count:])
    return grouped

"""Comparing a store with the `EXPECTED.json` of a scenario in `tests/data/`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rolecall.api import Store

DATA = Path(__file__).parent / "data"

Json = Mapping[str, Any]


def scenarios() -> list[Path]:
    """Return the scenario folders of every source."""
    return sorted(path.parent for path in DATA.glob("*/*/EXPECTED.json"))


def steps(scenario: Path) -> list[Json]:
    """Return the imports of a scenario, in order: what to import, and what to expect after it."""
    imports: list[Json] = json.loads((scenario / "EXPECTED.json").read_text(encoding="utf-8"))["steps"]
    return imports


def differences(expect: Json, store: Store) -> list[str]:
    """Return what the store has otherwise than expected, one line each; empty when all is right."""
    have = _stored_threads(store)
    lines = list(_owner_differences(expect, store))
    for wanted in expect["threads"]:
        thread = max(have, key=lambda candidate: _shared(wanted, candidate), default=None)
        if thread is None or not _shared(wanted, thread):
            lines.append(f"thread {wanted['title']!r} is not there")
            continue
        have.remove(thread)
        lines += [f"[{wanted['title']}] {line}" for line in _thread_differences(wanted, thread)]
    lines += [f"unexpected thread {thread['title']!r}" for thread in have if thread["messages"]]
    return lines


def _owner_differences(expect: Json, store: Store) -> Iterator[str]:
    with store.database.connect(is_read_only=True) as connection:
        selves = (
            connection.execute(sa.text("select display_name from participants where is_self")).scalars().all()
        )
    if expect.get("owner") is not None and selves != [expect["owner"]]:
        yield f"the owner is {selves}, expected {expect['owner']!r}"


def _thread_differences(wanted: Json, thread: Json) -> Iterator[str]:
    if thread["title"] not in wanted.get("title_any_of", [wanted["title"]]):
        yield f"title {thread['title']!r}"
    if thread["kind"] != wanted["kind"]:
        yield f"kind {thread['kind']!r}, expected {wanted['kind']!r}"
    expected_people = set(wanted["participants"])
    if (
        not expected_people
        <= thread["people"]
        <= expected_people | set(wanted.get("extra_participants_ok", ()))
    ):
        yield f"people {sorted(thread['people'])}, expected {sorted(expected_people)}"
    left = list(thread["messages"])
    indexes = []
    for message in wanted["messages"]:
        stored = next((row for row in left if _is_same(message, row)), None)
        if stored is None:
            yield f"no message like {message}"
            continue
        left.remove(stored)
        indexes.append(thread["messages"].index(stored))
        yield from _message_differences(message, stored)
    if indexes != sorted(indexes):
        yield "the messages stand in another order"
    yield from (f"unexpected message {row}" for row in left)


def _message_differences(wanted: Json, stored: Json) -> Iterator[str]:
    at = f"at {wanted['ts']}"
    if (stored["kind"] == "text") != wanted["human"]:
        yield f"kind {stored['kind']} {at}, expected {wanted['kind']}"
    if wanted["human"] and stored["body"] != wanted["text"]:
        yield f"body {stored['body']!r} {at}, expected {wanted['text']!r}"
    if wanted["sender"] is not None and stored["sender"] != wanted["sender"]:
        yield f"sender {stored['sender']!r} {at}, expected {wanted['sender']!r}"
    if "share" in wanted and stored["share_url"] != wanted["share"]:
        yield f"share {stored['share_url']!r} {at}, expected {wanted['share']!r}"
    for name, columns in (("reactions", ("emoji", "actor")), ("attachments", ("kind", "uri", "status"))):
        expected = sorted(tuple(item[column] for column in columns) for item in wanted.get(name, ()))
        # Attachments that are not prescribed may be there; reactions may not.
        if (name in wanted or name == "reactions") and sorted(stored[name]) != expected:
            yield f"{name} {stored[name]} {at}, expected {expected}"


def _is_same(wanted: Json, stored: Json) -> bool:
    """Return whether a stored message has the wanted time, and the wanted words if a person typed them."""
    return bool(
        stored["sent_at_ms"] == wanted["ts"] and (not wanted["human"] or stored["body"] == wanted["text"])
    )


def _shared(wanted: Json, thread: Json) -> int:
    stored = {(row["sent_at_ms"], row["body"]) for row in thread["messages"]}
    return sum((message["ts"], message["text"]) in stored for message in wanted["messages"])


def _stored_threads(store: Store) -> list[dict[str, Any]]:
    with store.database.connect(is_read_only=True) as connection:
        threads = _mappings(connection, "select thread_id, title, kind from threads")
        for thread in threads:
            params = {"thread_id": thread["thread_id"]}
            thread["people"] = {row["display_name"] for row in _mappings(connection, PEOPLE, params)}
            thread["messages"] = _mappings(connection, MESSAGES, params)
            for message in thread["messages"]:
                key = {**params, "message_id": message["message_id"]}
                for name, query in (("reactions", REACTIONS), ("attachments", ATTACHMENTS)):
                    message[name] = [tuple(row.values()) for row in _mappings(connection, query, key)]
    return threads


def _mappings(
    connection: sa.Connection, query: str, params: Mapping[str, object] | None = None
) -> list[dict[str, Any]]:
    rows: Sequence[sa.RowMapping] = connection.execute(sa.text(query), dict(params or {})).mappings().all()
    return [dict(row) for row in rows]


PEOPLE = """
select display_name
from thread_participants
join participants on participants.participant_id = thread_participants.participant_id
where thread_id = :thread_id
"""
MESSAGES = """
select message_id, sent_at_ms, kind, body, share_url, display_name as sender
from messages
join participants on participants.participant_id = messages.participant_id
where thread_id = :thread_id
order by sent_at_ms, ordinal
"""
REACTIONS = """
select emoji, display_name
from reactions
join participants on participants.participant_id = reactions.participant_id
where thread_id = :thread_id and message_id = :message_id
"""
ATTACHMENTS = """
select kind, uri, status
from attachments
where thread_id = :thread_id and message_id = :message_id
order by attachment_no
"""

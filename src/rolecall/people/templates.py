"""Texts that recur with other names in them: whether Messenger wrote them is for the user to say.

No list of sentences is whole. What stands in many chats, from several people, word for word but for the names
in it, may be Messenger's; nothing is believed before somebody looked at every message that it would change.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa

from rolecall.errors import NotFound, UsageError
from rolecall.sentences import is_sentence_about_sender, is_system_sentence
from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.store.locks import take_people
from rolecall.store.statements import run, select

LEAST_THREADS, LEAST_SENDERS = 3, 2
_LIMITS = {"least_threads": LEAST_THREADS, "least_senders": LEAST_SENDERS}
ACCEPTED, REFUSED = "accepted", "refused"


@dataclass(frozen=True, slots=True)
class SentenceTemplate:
    """A text that recurs, its names cut out."""

    template: str
    """`{sender}` stands for the sender's name, `{name}` for another's."""
    verdict: str | None
    """accepted or refused; None: nobody decided."""
    message_count: int
    """Messages that accepting it would change, or has changed."""
    thread_count: int
    sender_count: int
    owner: str
    """Label of whose archives have it."""
    decided_at: datetime | None
    """UTC."""


@dataclass(frozen=True, slots=True)
class SentenceMessage:
    """A message that a verdict changes."""

    sender: str
    title: str
    """Of its chat."""
    sent_at: datetime | None
    """UTC."""
    body: str


def list_sentences(database: Database) -> list[SentenceTemplate]:
    """Return what may be Messenger's, most messages first, then what was decided."""
    with database.reading() as connection:
        _cut_names(connection)
        return [SentenceTemplate(**row) for row in select(connection, "sentences/list", **_LIMITS)]


def sentence_messages(
    database: Database, template: str, *, owner: str | None = None
) -> list[SentenceMessage]:
    """Return the messages that accepting a template would change, by sender.

    Raises:
        NotFound: No text has it; the nearest are named.
        UsageError: There are several owners, or none of that label.
    """
    with database.reading() as connection:
        _cut_names(connection)
        rows = _rows(connection, _owner_id(connection, owner), template, "text")
        return [SentenceMessage(row["sender"], row["title"], row["sent_at"], row["body"]) for row in rows]


def accept_sentence(database: Database, template: str, *, owner: str | None = None) -> int:
    """Take the texts of a template for Messenger's, those of later imports too; return how many there are.

    Raises:
        NotFound: No text has it; the nearest are named.
        UsageError: There are several owners, or none of that label.
    """
    with _deciding(database, owner) as (connection, owner_id):
        count = len(_rows(connection, owner_id, template, "text"))
        _decide(connection, owner_id, template, ACCEPTED)
        run(connection, "sentences/mark", owner_id=owner_id)
        return count


def refuse_sentence(database: Database, template: str, *, owner: str | None = None) -> int:
    """Say that people type the texts of a template; it is asked about no more. Return how many there are.

    Raises:
        NotFound: No text has it; the nearest are named.
        UsageError: There are several owners, or none of that label.
    """
    with _deciding(database, owner) as (connection, owner_id):
        count = len(_rows(connection, owner_id, template, "text"))
        _decide(connection, owner_id, template, REFUSED)
        return count


def undo_sentence(database: Database, template: str, *, owner: str | None = None) -> int:
    """Take a verdict back; return how many messages are texts of people again.

    Raises:
        NotFound: Nothing was decided of it.
        UsageError: There are several owners, or none of that label.
    """
    with _deciding(database, owner) as (connection, owner_id):
        verdicts = {
            row["template"]: row["verdict"]
            for row in select(connection, "sentences/verdicts", owner_id=owner_id)
        }
        if template not in verdicts:
            raise NotFound(f"nothing was decided of '{template}'; see: rolecall sentences", sorted(verdicts))
        run(connection, "sentences/forget", owner_id=owner_id, template=template)
        if verdicts[template] == REFUSED:
            return 0
        rows = select(connection, "sentences/messages", owner_id=owner_id, template=template, kind="system")
        people = {
            thread_id: _people(connection, thread_id) for thread_id in {row["thread_id"] for row in rows}
        }
        restored = [row for row in rows if not _is_listed(row, people[row["thread_id"]])]
        for row in restored:
            ids = {name: row[name] for name in ("bucket", "thread_id", "message_id")}
            run(connection, "sentences/unmark", **ids)
        return len(restored)


def mark_accepted(connection: sa.Connection, owner_id: int) -> None:
    """Take what an import brought for Messenger's, where a user accepted its template."""
    verdicts = select(connection, "sentences/verdicts", owner_id=owner_id)
    if any(row["verdict"] == ACCEPTED for row in verdicts):
        _cut_names(connection)
        run(connection, "sentences/mark", owner_id=owner_id)
        connection.exec_driver_sql("drop table message_templates")


@contextmanager
def _deciding(database: Database, owner: str | None) -> Iterator[tuple[sa.Connection, int]]:
    with database.writing() as connection:
        take_people(connection)
        owner_id = _owner_id(connection, owner)
        _cut_names(connection)
        yield connection, owner_id
        connection.exec_driver_sql("drop table message_templates")


def _cut_names(connection: sa.Connection) -> None:
    run(connection, "sentences/table")
    run(connection, "sentences/message_templates")


def _owner_id(connection: sa.Connection, label: str | None) -> int:
    rows = connection.execute(sa.text("select label, owner_id from owners"))
    owners: dict[str, int] = {row.label: row.owner_id for row in rows}
    if label is None and len(owners) == 1:
        return next(iter(owners.values()))
    if label not in owners:
        known = ", ".join(sorted(owners)) or "none"
        raise UsageError(f"say whose archives are meant with --owner LABEL; there are: {known}")
    return owners[label]


def _rows(connection: sa.Connection, owner_id: int, template: str, kind: str) -> Sequence[Mapping[str, Any]]:
    rows = select(connection, "sentences/messages", owner_id=owner_id, template=template, kind=kind)
    if not rows:
        listed = [row["template"] for row in select(connection, "sentences/list", **_LIMITS)]
        near = get_close_matches(template, listed, n=3, cutoff=0.4)
        raise NotFound(f"no text has the template '{template}'; see: rolecall sentences", near)
    return rows


def _decide(connection: sa.Connection, owner_id: int, template: str, verdict: str) -> None:
    run(connection, "sentences/forget", owner_id=owner_id, template=template)
    now = datetime.now(UTC).replace(tzinfo=None)
    row = {"owner_id": owner_id, "template": template, "verdict": verdict, "decided_at": now}
    insert(connection, "sentence_templates", row)


def _people(connection: sa.Connection, thread_id: int) -> dict[str, bool]:
    """Return who is in a chat, by name, and whether it is the owner."""
    return {
        row["name"]: row["is_self"] for row in select(connection, "sentences/people", thread_id=thread_id)
    }


def _is_listed(row: Mapping[str, Any], people: Mapping[str, bool]) -> bool:
    """Return whether a list of sentences knows a message, whatever was decided."""
    text, sender = row["body"], row["sender"]
    others = {name for name, is_self in people.items() if not is_self} if any(people.values()) else set()
    return is_system_sentence(text, sender, set(people), others) or is_sentence_about_sender(
        text, sender, has_more=False
    )

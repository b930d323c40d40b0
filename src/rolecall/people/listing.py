"""The people of a store: all of them, or the one that a name or id means."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from rolecall.store.database import Database
from rolecall.store.names import find
from rolecall.store.statements import select


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the chats, or one deleted account of one chat."""

    participant_id: int
    display_name: str
    is_self: bool
    """Whether they are the owner of the archives."""
    is_anonymous: bool
    """Whether it is a deleted account, of which nobody can say who it was."""
    owner_id: int
    owner: str
    """Label of whose archives know them."""


@dataclass(frozen=True, slots=True)
class PersonSummary:
    """A person with the names they have had, and how much they wrote."""

    participant_id: int
    display_name: str
    other_names: str | None
    """Separated by commas."""
    is_self: bool
    is_anonymous: bool
    thread_count: int
    message_count: int
    text_count: int
    """Messages that they typed."""
    last_at: datetime | None
    """When they wrote last, in UTC."""
    owner: str


def list_people(database: Database) -> list[PersonSummary]:
    """Return every person with names and counts: the owner, then those with most messages."""
    with database.reading() as connection:
        return [PersonSummary(**row) for row in select(connection, "queries/list_people")]


def show_person(connection: sa.Connection, participant_id: int) -> Person:
    """Return the person of an id."""
    return Person(**select(connection, "queries/show_participant", participant_id=participant_id)[0])


def find_person(connection: sa.Connection, name_or_id: str | int) -> Person:
    """Return the person who has or had a name, or has an id.

    Raises:
        NotFound, Ambiguous: No person, or several, of that name or id.
    """
    return show_person(connection, find(connection, "participants", name_or_id).id)

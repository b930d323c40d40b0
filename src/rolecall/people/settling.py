"""Who the owner of the archives is, and what somebody is called, as the user says."""

import sqlalchemy as sa

from rolecall.errors import NameTaken
from rolecall.people.listing import Person, find_person, show_person
from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.store.locks import take_people
from rolecall.store.names import check_name
from rolecall.store.statements import run, run_all, select

# The clock of a name that was given by hand: no download is newer.
_NEVER_MS = 2**62


def set_me(database: Database, name_or_id: str | int) -> Person:
    """Say which person the owner of the archives is, and return the person; no later import changes it.

    Raises:
        NotFound, Ambiguous: No person, or several, of that name or id.
    """
    with database.writing() as connection:
        take_people(connection)
        person = find_person(connection, name_or_id)
        run_all(
            connection,
            [f"people/settling/{name}" for name in ("owners", "is_self", "merged_participants")],
            {"participant_id": person.participant_id, "owner_id": person.owner_id},
        )
        return show_person(connection, person.participant_id)


def rename_person(database: Database, name_or_id: str | int, new_name: str) -> Person:
    """Give a person another display name and return the person; earlier names keep finding them.

    Raises:
        NotFound, Ambiguous: No person, or several, of that name or id.
        NameTaken: Somebody else in the same archives is called so.
        UsageError: It cannot be a name.
    """
    check_name("person", new_name)
    with database.writing() as connection:
        take_people(connection)
        person = find_person(connection, name_or_id)
        _check_free(connection, person, new_name)
        participant_id = person.participant_id
        naming = {"participant_id": participant_id, "name": new_name, "named_at_ms": _NEVER_MS}
        run(connection, "people/settling/participants", **naming)
        names = select(connection, "queries/list_names", participant_id=participant_id)
        for name in {person.display_name, new_name} - {row["name"] for row in names}:
            row = {"participant_id": participant_id, "name": name, "source": "rename"}
            insert(connection, "participant_names", row)
        run(connection, "people/former_participant_tokens", old_id=participant_id)
        return show_person(connection, participant_id)


def _check_free(connection: sa.Connection, person: Person, name: str) -> None:
    for row in select(connection, "queries/find_participants", name=name):
        other = show_person(connection, row["id"])
        if other.participant_id != person.participant_id and other.owner_id == person.owner_id:
            raise NameTaken(
                f"'{name}' is or was the name of {other.display_name} (id {other.participant_id});"
                " choose another"
            )

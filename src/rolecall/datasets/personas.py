"""Personas: whose voice the assistant speaks, one person or several accounts of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from rolecall.datasets.stored import all_datasets
from rolecall.errors import NameTaken, RolecallError, UsageError
from rolecall.ids import make_id
from rolecall.store.bulk import insert, remove
from rolecall.store.database import Database
from rolecall.store.names import Named, check_name, find, find_all
from rolecall.store.statements import select


@dataclass(frozen=True, slots=True)
class Persona:
    """Whose voice the assistant speaks."""

    persona_id: int
    name: str
    participants: tuple[Named, ...]
    """Each with its id and display name."""


def add_persona(database: Database, name: str, participants: Sequence[str | int]) -> Persona:
    """Make a persona of one or several people, each given by exact name or id, and return it.

    Raises:
        NameTaken: There is a persona of that name.
        NotFound, Ambiguous: No person, or several, of a name.
        UsageError: The name cannot be one, or no person is given.
    """
    check_name("persona", name)
    if not participants:
        raise UsageError(f"the persona '{name}' is nobody yet; name at least one participant")
    with database.writing("recipes") as connection:
        if any(row["name"] == name for row in select(connection, "queries/find_personas", name=name)):
            raise NameTaken(f"there is a persona named '{name}'; choose another name, or drop that one first")
        people = find_all(connection, "participants", participants)
        persona = Persona(make_id("persona", name), name, people)
        insert(connection, "personas", {"persona_id": persona.persona_id, "name": name})
        for person in persona.participants:
            row = {"persona_id": persona.persona_id, "participant_id": person.id}
            insert(connection, "persona_participants", row)
    return persona


def list_personas(database: Database) -> list[Persona]:
    """Return every persona, in the order of names."""
    with database.reading() as connection:
        rows = select(connection, "queries/list_personas")
    names = {row["persona_id"]: row["name"] for row in rows}
    return [Persona(persona_id, name, _people(rows, persona_id)) for persona_id, name in names.items()]


def people_of(connection: sa.Connection, persona_id: int) -> tuple[Named, ...]:
    """Return the people of a persona, each with its id and display name."""
    return _people(select(connection, "queries/list_personas"), persona_id)


def drop_persona(database: Database, name_or_id: str | int) -> Persona:
    """Remove a persona that no dataset uses, and return it; its people and their messages stay.

    Raises:
        NotFound: There is none of that name or id.
        RolecallError: Datasets use it; the message names them.
    """
    with database.writing("recipes") as connection:
        named = find(connection, "personas", name_or_id)
        persona = Persona(named.id, named.name, people_of(connection, named.id))
        users = {row.name for row in all_datasets(connection) if row.persona_id == persona.persona_id}
        if users:
            raise RolecallError(
                f"the persona '{persona.name}' is used by {', '.join(sorted(users))};"
                " drop with: rolecall dataset drop NAME"
            )
        remove(connection, ("persona_participants", "personas"), persona_id=persona.persona_id)
    return persona


def _people(rows: list[dict[str, Any]], persona_id: int) -> tuple[Named, ...]:
    return tuple(
        Named(row["participant_id"], row["display_name"]) for row in rows if row["persona_id"] == persona_id
    )

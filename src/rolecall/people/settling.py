"""People: who the owner of the archives is, and what somebody is called."""

import sqlalchemy as sa

from rolecall.errors import NameTaken
from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.store.locks import take_people
from rolecall.store.names import check_name, find
from rolecall.store.statements import select

Row = dict[str, object]
"""One row: column -> value."""
# The clock of a name that was given by hand: no download is newer.
_NEVER_MS = 2**62


def set_me(database: Database, name_or_id: str) -> Row:
    """Say which person the owner of the archives is, and return the person; no later import changes it.

    Raises:
        NotFound, Ambiguous: No person, or several, of that name or id.
    """
    with database.writing() as connection:
        take_people(connection)
        person = _show(connection, find(connection, "participants", name_or_id).id)
        ids = {"participant_id": person["participant_id"], "owner_id": person["owner_id"]}
        connection.execute(
            sa.text(
                "update owners set self_participant_id = :participant_id, self_evidence = 'told'"
                " where owner_id = :owner_id"
            ),
            ids,
        )
        connection.execute(
            sa.text(
                "update participants set is_self = (participant_id = :participant_id)"
                " where owner_id = :owner_id"
            ),
            ids,
        )
        # Who was the owner before a merge is no more, should it be taken back.
        connection.execute(
            sa.text("update merged_participants set is_self = false where owner_id = :owner_id"),
            {"owner_id": person["owner_id"]},
        )
        return _show(connection, person["participant_id"])


def rename_person(database: Database, name_or_id: str, new_name: str) -> Row:
    """Give a person another display name and return the person; earlier names keep finding them.

    Raises:
        NotFound, Ambiguous: No person, or several, of that name or id.
        NameTaken: Somebody else in the same archives is called so.
        UsageError: It cannot be a name.
    """
    check_name("person", new_name)
    with database.writing() as connection:
        take_people(connection)
        person = _show(connection, find(connection, "participants", name_or_id).id)
        _check_free(connection, person, new_name)
        participant_id = person["participant_id"]
        connection.execute(
            sa.text(
                "update participants set display_name = :name, named_at_ms = :never"
                " where participant_id = :participant_id"
            ),
            {"name": new_name, "participant_id": participant_id, "never": _NEVER_MS},
        )
        known = {
            row["name"] for row in select(connection, "queries/list_names", participant_id=participant_id)
        }
        for name in {str(person["display_name"]), new_name} - known:
            insert(
                connection,
                "participant_names",
                {"participant_id": participant_id, "name": name, "source": "rename"},
            )
        # Of a name that is no more; it is counted again before the next export.
        connection.execute(
            sa.text("delete from participant_tokens where participant_id = :participant_id"),
            {"participant_id": participant_id},
        )
        return _show(connection, participant_id)


def _show(connection: sa.Connection, participant_id: object) -> Row:
    return select(connection, "queries/show_participant", participant_id=participant_id)[0]


def _check_free(connection: sa.Connection, person: Row, name: str) -> None:
    for found in select(connection, "queries/find_participants", name=name):
        other = _show(connection, found["id"])
        if other["participant_id"] != person["participant_id"] and other["owner_id"] == person["owner_id"]:
            raise NameTaken(
                f"'{name}' is or was the name of {other['display_name']} (id {other['participant_id']});"
                " choose another"
            )

"""Several accounts of one person, and several people of one name: merged and split by hand.

An archive names people by their display names only, so one name is one person until somebody says otherwise.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from rolecall.errors import UsageError
from rolecall.ids import make_id
from rolecall.people.moving import put_together, take_apart
from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.store.locks import take_people
from rolecall.store.names import find
from rolecall.store.statements import select, statement

Row = dict[str, object]
"""One row: column -> value."""


def merge_people(database: Database, kept: str, others: Sequence[str]) -> Row:
    """Make several accounts one person and return the person; later imports know them by all their names.

    What was whose is remembered, for `split_person`.

    Raises:
        NotFound, Ambiguous: No person, or several, of a name or id.
        UsageError: The same person twice, or people of two owners.
    """
    with database.writing() as connection:
        take_people(connection)
        person = _show(connection, find(connection, "participants", kept).id)
        merged: set[object] = {person["participant_id"]}
        for name in others:
            other = _show(connection, find(connection, "participants", name).id)
            if other["participant_id"] in merged:
                raise UsageError(f"'{name}' is '{kept}' already")
            if other["owner_id"] != person["owner_id"]:
                raise UsageError(f"'{name}' and '{kept}' are in the archives of two owners, which stay apart")
            merged.add(other["participant_id"])
        owner_id = int(str(person["owner_id"]))
        take_apart(connection, owner_id, has_choices=True)
        for other_id in merged - {person["participant_id"]}:
            _link(connection, other_id, person["participant_id"])
        put_together(connection, owner_id)
        return _show(connection, person["participant_id"])


def split_person(database: Database, name_or_id: str, threads: Sequence[str] = ()) -> list[Row]:
    """Take apart what is not one person, and return the people there are then.

    Args:
        database: The store.
        name_or_id: Who.
        threads: Chats (titles or ids) in which it is somebody else of the same name. Without any, the
            accounts that were merged into the person are taken out again.

    Raises:
        NotFound, Ambiguous: No person or chat, or several, of a name or id.
        UsageError: Nothing was merged into the person, or they are not in these chats.
    """
    with database.writing() as connection:
        take_people(connection)
        person = _show(connection, find(connection, "participants", name_or_id).id)
        if threads:
            new_ids = [_split_namesake(connection, person, threads)]
        else:
            new_ids = _undo_merges(connection, person)
        return [_show(connection, one) for one in (person["participant_id"], *new_ids)]


def _show(connection: sa.Connection, participant_id: object) -> Row:
    return select(connection, "queries/show_participant", participant_id=participant_id)[0]


def _link(connection: sa.Connection, old_id: object, new_id: object) -> None:
    for text in (
        # What was merged into the other one before belongs to this person now.
        "update merged_participants set participant_id = :new_id where participant_id = :old_id",
        "insert into merged_participants"
        " (old_participant_id, participant_id, owner_id, display_name, is_self, is_anonymous)"
        " select participant_id, :new_id, owner_id, display_name, is_self, is_anonymous"
        " from participants where participant_id = :old_id",
    ):
        connection.execute(sa.text(text), {"old_id": old_id, "new_id": new_id})


def _undo_merges(connection: sa.Connection, person: Row) -> list[int]:
    ids = {"new_id": person["participant_id"]}
    found = connection.execute(
        sa.text("select old_participant_id from merged_participants where participant_id = :new_id"), ids
    )
    old_ids = sorted(int(old_id) for old_id in found.scalars())
    if not old_ids:
        raise UsageError(
            f"nothing was merged into '{person['display_name']}';"
            " name the chats in which it is somebody else: --thread"
        )
    owner_id = int(str(person["owner_id"]))
    take_apart(connection, owner_id, has_choices=True)
    connection.execute(sa.text("delete from merged_participants where participant_id = :new_id"), ids)
    put_together(connection, owner_id)
    connection.execute(statement("import/owner/self_kinds"), {"owner_id": owner_id})
    return old_ids


def _split_namesake(connection: sa.Connection, person: Row, threads: Sequence[str]) -> int:
    thread_ids = sorted(find(connection, "threads", name).id for name in threads)
    new_id = make_id("namesake", str(person["participant_id"]), *thread_ids)
    row = {"participant_id": new_id, "owner_id": person["owner_id"], "display_name": person["display_name"]}
    insert(connection, "participants", {**row, "is_self": False, "is_anonymous": False})
    connection.execute(
        sa.text(
            "insert into participant_names (participant_id, name, source)"
            " select distinct :new_id, name, 'split' from participant_names where participant_id = :old_id"
        ),
        {"new_id": new_id, "old_id": person["participant_id"]},
    )
    for thread_id in thread_ids:
        ids = {"old_id": person["participant_id"], "new_id": new_id, "thread_id": thread_id}
        moved = 0
        for table in ("messages", "thread_participants", "reactions"):
            moved += connection.execute(
                sa.text(
                    f"update {table} set participant_id = :new_id"
                    " where participant_id = :old_id and thread_id = :thread_id"
                ),
                ids,
            ).rowcount
        if not moved:
            raise UsageError(f"'{person['display_name']}' is not in that chat (id {thread_id})")
    return new_id

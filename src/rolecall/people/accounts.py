"""Several accounts of one person, and several people of one name: merged and split by hand.

An archive names people by their display names only, so one name is one person until somebody says otherwise.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from rolecall.errors import UsageError
from rolecall.ids import make_id
from rolecall.people.listing import Person, find_person, show_person
from rolecall.people.moving import move_person_in_thread, put_together, take_apart
from rolecall.store.bulk import insert
from rolecall.store.database import Database
from rolecall.store.locks import take_people
from rolecall.store.names import find
from rolecall.store.statements import run, run_all, select


def merge_people(database: Database, kept: str | int, others: Sequence[str | int]) -> Person:
    """Make several accounts one person and return the person; later imports know them by all their names.

    What was whose is remembered, for `split_person`.

    Raises:
        NotFound, Ambiguous: No person, or several, of a name or id.
        UsageError: The same person twice, or people of two owners.
    """
    with database.writing() as connection:
        take_people(connection)
        person = find_person(connection, kept)
        merged = {person.participant_id}
        for name_or_id in others:
            other = find_person(connection, name_or_id)
            if other.participant_id in merged:
                raise UsageError(f"'{name_or_id}' is '{kept}' already")
            if other.owner_id != person.owner_id:
                raise UsageError(
                    f"'{name_or_id}' and '{kept}' are in the archives of two owners, which stay apart"
                )
            merged.add(other.participant_id)
        take_apart(connection, person.owner_id, has_choices=True)
        for other_id in merged - {person.participant_id}:
            ids = {"old_id": other_id, "new_id": person.participant_id}
            run_all(connection, ("accounts/linked_before", "accounts/linked"), ids)
        put_together(connection, person.owner_id)
        return show_person(connection, person.participant_id)


def split_person(
    database: Database, name_or_id: str | int, threads: Sequence[str | int] = ()
) -> list[Person]:
    """Take apart what is not one person: a namesake, or accounts that were merged.

    Args:
        name_or_id: Who.
        threads: Chats (titles or ids) in which it is somebody else of the same name. Without any, the
            accounts that were merged into the person are taken out again.

    Returns:
        The people there are then, the one named first.

    Raises:
        NotFound, Ambiguous: No person or chat, or several, of a name or id.
        UsageError: Nothing was merged into the person, or they are not in these chats.
    """
    with database.writing() as connection:
        take_people(connection)
        person = find_person(connection, name_or_id)
        ids = [_split_namesake(connection, person, threads)] if threads else _undo_merges(connection, person)
        return [show_person(connection, id) for id in (person.participant_id, *ids)]


def _undo_merges(connection: sa.Connection, person: Person) -> list[int]:
    pairs = select(connection, "accounts/list_merged", owner_id=person.owner_id)
    old_ids = [pair["old_id"] for pair in pairs if pair["new_id"] == person.participant_id]
    if not old_ids:
        raise UsageError(
            f"nothing was merged into '{person.display_name}';"
            " name the chats in which it is somebody else: --thread"
        )
    take_apart(connection, person.owner_id, has_choices=True)
    for old_id in old_ids:
        run(connection, "accounts/follow/former", old_id=old_id)
    put_together(connection, person.owner_id)
    run(connection, "import/owner/self_kinds", owner_id=person.owner_id)
    return old_ids


def _split_namesake(connection: sa.Connection, person: Person, threads: Sequence[str | int]) -> int:
    thread_ids = sorted(find(connection, "threads", name_or_id).id for name_or_id in threads)
    new_id = make_id("namesake", str(person.participant_id), *thread_ids)
    for thread_id in thread_ids:
        if not move_person_in_thread(connection, person.participant_id, new_id, thread_id):
            raise UsageError(f"'{person.display_name}' is not in that chat (id {thread_id})")
    row = {"participant_id": new_id, "owner_id": person.owner_id, "display_name": person.display_name}
    insert(connection, "participants", {**row, "is_self": False, "is_anonymous": False})
    run(connection, "accounts/namesake_names", old_id=person.participant_id, new_id=new_id)
    return new_id

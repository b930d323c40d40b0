"""People who prove to be deleted accounts, since a list of sentences has their name now.

Until then all of them were one person. Source: FORMATS.md section 3.3.
"""

import sqlalchemy as sa

from rolecall.ids import make_id
from rolecall.people.moving import move_person_in_thread
from rolecall.sentences import is_deleted_account
from rolecall.store.bulk import insert, remove
from rolecall.store.statements import run, select


def part_deleted_accounts(connection: sa.Connection, owner_id: int) -> None:
    """Make each of an owner's people who has only names of deleted accounts one person in every chat."""
    names: dict[int, set[str]] = {}
    for row in select(connection, "import/identity/people", owner_id=owner_id):
        if not row["is_anonymous"]:
            names.setdefault(row["participant_id"], set()).add(row["name"])
    chosen = set(connection.execute(sa.text("select participant_id from persona_participants")).scalars())
    for person, own_names in names.items():  # whom somebody chose for a voice is a person
        if person not in chosen and all(map(is_deleted_account, own_names)):
            _part(connection, owner_id, person, min(own_names))


def _part(connection: sa.Connection, owner_id: int, person: int, name: str) -> None:
    ids = {"old_id": person}
    for thread_id in run(connection, "import/deleted/threads", **ids).scalars().all():
        new_id = make_id("deleted", owner_id, thread_id, name)
        row = {"participant_id": new_id, "owner_id": owner_id, "display_name": name}
        insert(connection, "participants", {**row, "is_self": False, "is_anonymous": True})
        run(connection, "import/deleted/participant_names", new_id=new_id, **ids)
        move_person_in_thread(connection, person, new_id, thread_id)
    tables = ("participants", "participant_names", "participant_tokens", "dataset_participants")
    remove(connection, tables, participant_id=person)

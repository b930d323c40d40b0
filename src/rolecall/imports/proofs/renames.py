"""People who are called otherwise in this download than in the store.

A rename rewrites all of a person's old messages in the next download, and a deleted account loses its name
in it.
Source: FORMATS.md sections 3.3 and 4.2, rule 2.
"""

import sqlalchemy as sa

from rolecall.imports.identity.identity import Identity
from rolecall.people.moving import move_person, move_person_in_thread
from rolecall.store.statements import in_order, run, run_all

# A person of the batch is a person of the store, wherever the one is named.
_EVERYWHERE = in_order(
    "import/renames/everywhere", "staged_messages staged_reactions staged_people staged_names stored_messages"
)
# In what the batch says of one thread.
_STAGED = in_order("import/renames/staged", "reactions messages people")
# In what the store has of one thread.
_STORED = in_order("import/renames/stored", "stored_messages participant_names")
# In what one thread has of a deleted account.
_NAMELESS = in_order("import/renames/nameless", "stored_messages messages")


def apply_renames(connection: sa.Connection, identity: Identity) -> None:
    """Take people of the staged batch for the people of the store that they prove to be."""
    proofs = run(connection, "import/renames/proofs", import_id=identity.import_id).all()
    moved: dict[int, int] = {}
    for thread_id, staged, stored, has_own, is_newer in proofs:
        staged_id, stored_id = moved.get(staged, staged), moved.get(stored, stored)
        if staged_id == stored_id:
            continue
        if stored_id in identity.anonymous and staged_id not in identity.anonymous:
            # The store knows only a deleted account; this download, taken before, has its name.
            if _name_nameless(connection, identity, thread_id, stored_id, staged_id):
                moved[stored_id] = staged_id
        elif staged_id in identity.anonymous:
            _move_nameless(connection, identity, thread_id, staged_id, stored_id)
            moved[staged_id] = stored_id
        elif not _are_two(connection, identity, staged_id, stored_id):
            _move_everywhere(connection, identity, staged_id, stored_id)
            moved[staged_id] = stored_id
        elif has_own:
            continue  # two people of one name here: match/renamed_entries tells by words what each said
        elif is_newer and stored_id in identity.named:
            _move_stored(connection, identity, thread_id, stored_id, staged_id)
        else:
            _move_staged(connection, identity, thread_id, staged_id, stored_id)


def _are_two(connection: sa.Connection, identity: Identity, staged_id: int, stored_id: int) -> bool:
    """Return whether an earlier download, or this one, has both people, each by a name of their own."""
    if {staged_id, stored_id} <= identity.named.keys():
        return True
    if staged_id in identity.created:
        return False
    both = run(connection, "import/renames/seen_together", one_id=staged_id, other_id=stored_id)
    return both.first() is not None


def _move_everywhere(connection: sa.Connection, identity: Identity, old_id: int, new_id: int) -> None:
    params = {"old_id": old_id, "new_id": new_id}
    is_nameless = old_id in identity.anonymous
    if is_nameless:  # "Facebook user" does not become a name of somebody
        connection.execute(sa.text("delete from participant_names where participant_id = :old_id"), params)
    run(connection, "import/renames/everywhere/newest_name", **params)
    run(connection, "import/renames/everywhere/no_group", **params)
    move_person(connection, old_id, new_id)
    run_all(connection, _EVERYWHERE, params)
    if is_nameless:
        connection.execute(
            sa.text("delete from staged_names where participant_id = :new_id and name = ''"), params
        )
    identity.replace_person(old_id, new_id)


def _name_nameless(
    connection: sa.Connection, identity: Identity, thread_id: int, nameless_id: int, named_id: int
) -> bool:
    """Give somebody what a deleted account said, where no other is listed; return whether it was all."""
    params = {"thread_id": thread_id, "old_id": nameless_id, "new_id": named_id}
    is_all = run(connection, "import/renames/words_for_several", **params).first() is None
    if is_all:
        _move_everywhere(connection, identity, nameless_id, named_id)
        return True
    run_all(connection, _NAMELESS, params)
    return False


def _move_nameless(
    connection: sa.Connection, identity: Identity, thread_id: int, nameless_id: int, named_id: int
) -> None:
    """Take a deleted account of this download for somebody; what others said in its name stays with it."""
    params = {"thread_id": thread_id, "old_id": nameless_id, "new_id": named_id}
    if run(connection, "import/renames/words_of_person", **params).first() is None:
        _move_everywhere(connection, identity, nameless_id, named_id)
    else:
        run_all(connection, _STAGED, params)


def _move_staged(
    connection: sa.Connection, identity: Identity, thread_id: int, staged_id: int, stored_id: int
) -> None:
    """Replace a person in what this download says of one chat; in other chats the name is somebody else's."""
    name = (
        identity.named.get(staged_id)
        or connection.execute(
            sa.text("select display_name from participants where participant_id = :staged_id"),
            {"staged_id": staged_id},
        ).scalar_one()
    )
    run_all(connection, _STAGED, {"thread_id": thread_id, "old_id": staged_id, "new_id": stored_id})
    connection.execute(
        sa.text("insert into staged_names (participant_id, name) values (:stored_id, :name)"),
        {"stored_id": stored_id, "name": name},
    )
    run(connection, "import/renames/split_name", staged_id=staged_id, stored_id=stored_id, name=name)
    identity.replace_person(staged_id, stored_id, thread_id)


def _move_stored(
    connection: sa.Connection, identity: Identity, thread_id: int, stored_id: int, staged_id: int
) -> None:
    """Replace a person of the store in one chat, because their name belongs to somebody else now."""
    move_person_in_thread(connection, stored_id, staged_id, thread_id)
    run_all(connection, _STORED, {"thread_id": thread_id, "old_id": stored_id, "new_id": staged_id})
    identity.replace_person(stored_id, staged_id, thread_id)

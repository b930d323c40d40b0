"""People who are called otherwise in this download than in the store.

A rename rewrites all of a person's old messages in the next download, and a deleted account loses its name
in it.
Source: FORMATS.md sections 3.3 and 4.2, rule 2.
"""

import sqlalchemy as sa

from rolecall.imports.identity.identity import Identity
from rolecall.people.moving import move_person, move_person_in_thread
from rolecall.store.statements import in_order, run, run_all

# What a batch says of people, and what it knows of the store.
_TABLES = ("staged_messages", "staged_people", "staged_reactions", "staged_names", "stored_messages")
# In what one thread has of a deleted account.
_NAMELESS = in_order("import/renames", "nameless_stored_messages nameless_messages")


def apply_renames(connection: sa.Connection, identity: Identity) -> None:
    """Take people of the staged batch for the people of the store that they prove to be."""
    moved: dict[int, int] = {}
    proofs = _proofs(connection, identity.import_id)
    own = {tuple(row) for row in run(connection, "import/renames/own_words")} if proofs else set()
    for thread_id, staged, stored, is_newer in proofs:
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
        elif (thread_id, staged) in own:
            continue  # two people of one name here: match/renamed_entries tells by words what each said
        elif is_newer and stored_id in identity.named:
            _move_stored(connection, identity, thread_id, stored_id, staged_id)
        else:
            _move_staged(connection, identity, thread_id, staged_id, stored_id)


def _proofs(connection: sa.Connection, import_id: int) -> list[tuple[int, int, int, bool]]:
    """Return who proves to be whom: thread, person of the batch, person of the store, is the batch newer."""
    by_words = run(connection, "import/renames/told_by_words").all()
    told = {row.thread_id for row in by_words}
    by_title = run(connection, "import/renames/told_by_title", import_id=import_id)
    return sorted((*map(tuple, by_words), *(tuple(row) for row in by_title if row.thread_id not in told)))


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
    run(connection, "import/renames/newest_name", **params)
    run(connection, "import/renames/no_group", **params)
    move_person(connection, old_id, new_id)
    _replace(connection, _TABLES, params)
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
        _replace_staged(connection, params)


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
    _replace_staged(connection, {"thread_id": thread_id, "old_id": staged_id, "new_id": stored_id})
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
    params = {"thread_id": thread_id, "old_id": stored_id, "new_id": staged_id}
    _replace(connection, ("stored_messages",), params)
    run(connection, "import/renames/former_names", **params)
    identity.replace_person(stored_id, staged_id, thread_id)


def _replace_staged(connection: sa.Connection, params: dict[str, int]) -> None:
    """Make what the batch says of one person in one thread another's."""
    run(connection, "import/renames/staged_reactions", **params)
    _replace(connection, ("staged_messages", "staged_people"), params)


def _replace(connection: sa.Connection, tables: tuple[str, ...], params: dict[str, int]) -> None:
    """Make one person's rows another's: all of them, or where `params` name a thread those of that one."""
    which = "participant_id = :old_id" + " and thread_id = :thread_id" * ("thread_id" in params)
    for table in tables:
        connection.execute(sa.text(f"update {table} set participant_id = :new_id where {which}"), params)

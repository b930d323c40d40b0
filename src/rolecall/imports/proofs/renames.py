"""People who are called otherwise in this download than in the store.

A rename rewrites all of a person's old messages in the next download, and a deleted account loses its name
in it.
Source: FORMATS.md sections 3.3 and 4.2, rule 2.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from rolecall.imports.identity.identity import Identity
from rolecall.people.moving import move_person
from rolecall.store.statements import statements

# The staged rows that name people.
_STAGED = ("staged_messages", "staged_reactions", "staged_people", "staged_names")

# Both may have been named by earlier downloads.
_NEWEST_NAME = """
    update participants
    set
        display_name = olds.display_name,
        named_at_ms = olds.named_at_ms
    from participants as olds
    where participants.participant_id = :new_id
        and olds.participant_id = :old_id
        and not olds.is_anonymous
        and olds.named_at_ms > coalesce(participants.named_at_ms, -4611686018427387904)
"""
# A chat of two in which one of them was taken for two people was taken for a group.
_NO_GROUP = """
    update threads
    set kind = 'direct'
    where kind = 'group'
        and thread_id in (select thread_id from thread_participants where participant_id = :old_id)
        and thread_id in (select thread_id from thread_participants where participant_id = :new_id)
        and thread_id in (select thread_id from thread_participants group by thread_id having count(*) = 3)
"""


def apply_renames(connection: sa.Connection, identity: Identity) -> None:
    """Take people of the staged batch for the people of the store that they prove to be."""
    question = sa.text(statements("questions")["renames"])
    found = connection.execute(question, {"import_id": identity.import_id}).all()
    moved: dict[int, int] = {}
    for thread_id, staged, stored, has_own, is_newer in found:
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
            continue  # two people of one name here: what each said is told by its words (step 22)
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
    both = connection.execute(
        sa.text(statements("questions")["seen_together"]), {"one_id": staged_id, "other_id": stored_id}
    )
    return both.first() is not None


def _move_everywhere(connection: sa.Connection, identity: Identity, old_id: int, new_id: int) -> None:
    is_nameless = old_id in identity.anonymous
    if is_nameless:  # "Facebook user" does not become a name of somebody
        connection.execute(
            sa.text("delete from participant_names where participant_id = :old_id"), {"old_id": old_id}
        )
    for statement in (_NEWEST_NAME, _NO_GROUP):
        connection.execute(sa.text(statement), {"old_id": old_id, "new_id": new_id})
    move_person(connection, old_id, new_id)
    for table in (*_STAGED, "stored_messages"):
        connection.execute(
            sa.text(f"update {table} set participant_id = :new_id where participant_id = :old_id"),
            {"old_id": old_id, "new_id": new_id},
        )
    if is_nameless:
        connection.execute(
            sa.text("delete from staged_names where participant_id = :new_id and name in ('')"),
            {"new_id": new_id},
        )
    identity.replace_person(old_id, new_id)


def _name_nameless(
    connection: sa.Connection, identity: Identity, thread_id: int, nameless_id: int, named_id: int
) -> bool:
    """Give somebody's name to what a deleted account said, in downloads that list no other; was it all?"""
    params = {"thread_id": thread_id, "old_id": nameless_id, "new_id": named_id}
    rest = connection.execute(sa.text(statements("questions")["words_for_several"]), params).first()
    if rest is None:
        _move_everywhere(connection, identity, nameless_id, named_id)
        return True
    _run(connection, "nameless", params)
    return False


def _move_nameless(
    connection: sa.Connection, identity: Identity, thread_id: int, nameless_id: int, named_id: int
) -> None:
    """Take a deleted account of this download for somebody; what others said in its name stays with it."""
    params = {"thread_id": thread_id, "old_id": nameless_id, "new_id": named_id}
    if connection.execute(sa.text(statements("questions")["words_of_person"]), params).first() is None:
        _move_everywhere(connection, identity, nameless_id, named_id)
    else:
        _run(connection, "staged", params)


def _move_staged(
    connection: sa.Connection, identity: Identity, thread_id: int, staged_id: int, stored_id: int
) -> None:
    """Take one for the other in what a chat's download says: elsewhere there is another of that name."""
    name = (
        identity.named.get(staged_id)
        or connection.execute(
            sa.text("select display_name from participants where participant_id = :staged_id"),
            {"staged_id": staged_id},
        ).scalar_one()
    )
    _run(connection, "staged", {"thread_id": thread_id, "old_id": staged_id, "new_id": stored_id})
    connection.execute(
        sa.text("insert into staged_names (participant_id, name) values (:stored_id, :name)"),
        {"stored_id": stored_id, "name": name},
    )
    connection.execute(
        sa.text(
            "insert into participant_names (participant_id, name, source)"
            " select distinct :stored_id, name, 'split' from participant_names"
            " where participant_id = :staged_id and name = :name"
        ),
        {"staged_id": staged_id, "stored_id": stored_id, "name": name},
    )
    identity.replace_person(staged_id, stored_id, thread_id)


def _move_stored(
    connection: sa.Connection, identity: Identity, thread_id: int, stored_id: int, staged_id: int
) -> None:
    """Take one for the other in what the store has of a chat: whose name it was, somebody else has now."""
    params = {"thread_id": thread_id, "old_id": stored_id, "new_id": staged_id}
    _run(connection, "stored", params)
    identity.replace_person(stored_id, staged_id, thread_id)


def _run(connection: sa.Connection, kind: str, params: Mapping[str, int]) -> None:
    for statement in statements(f"renames/{kind}").values():
        connection.execute(sa.text(statement), params)

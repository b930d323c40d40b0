"""Rows that prove to be one (people, threads), and accounts that are one person because a user said so.

All that names the one is made to name the other, by the statements of `sql/people/` and `sql/threads/`. What
a user said is remembered, account by account, so that it can be taken back.
"""

from functools import cache

import sqlalchemy as sa

from rolecall.store.statements import folder

# What two accounts of one person may both have: its table, where it is remembered, what tells it from others
# of an account, and what else is remembered.
_PEOPLE = (
    ("participant_names", "merged_names", ("name", "source"), ()),
    ("thread_participants", "merged_threads", ("thread_id",), ()),
)
_REACTIONS = (("reactions", "merged_reactions", ("thread_id", "message_id", "emoji"), ("reacted_at_ms",)),)
_CHOICES = (
    ("persona_participants", "merged_personas", ("persona_id",), ()),
    ("dataset_participants", "merged_datasets", ("dataset_id",), ("is_included",)),
)


def move_person(connection: sa.Connection, old_id: int, new_id: int) -> None:
    """Make everything of one participant another's, in the running transaction, and drop the one."""
    ids = {"old_id": old_id, "new_id": new_id}
    _run(connection, "accounts/follow", ids)
    _run(connection, "people", ids)


def move_thread(connection: sa.Connection, old_id: int, new_id: int, new_bucket: int) -> None:
    """Make everything of one thread another's, in the running transaction; the old id goes on to resolve.

    What both hold stays twice: see `imports.joining`.
    """
    _run(connection, "threads", {"old_id": old_id, "new_id": new_id, "new_bucket": new_bucket})


def take_apart(
    connection: sa.Connection, owner_id: int, *, has_messages: bool = True, has_choices: bool = False
) -> None:
    """Make an owner's merged accounts people of their own, as if nobody had merged them; who is whose stays.

    Repeating it does no harm. `put_together`, in the same transaction, is the way back.

    Args:
        connection: In a transaction.
        owner_id: Whose people.
        has_messages: Messages and reactions, too, and not only who there is and is in which chat.
        has_choices: Personas and recipes, too, which an import leaves alone.
    """
    if not _merged(connection, owner_id):
        return
    params = {"owner_id": owner_id}
    _run(connection, "accounts/apart", params, first=10, last=29)
    reactions = _REACTIONS if has_messages else ()
    choices = _CHOICES if has_choices else ()
    for shared in (*_PEOPLE, *reactions, *choices):
        for statement in _given_back(*shared):
            connection.execute(sa.text(statement), params)
    if has_messages:
        _run(connection, "accounts/apart", params, first=30)


def put_together(connection: sa.Connection, owner_id: int) -> None:
    """Remember what an owner's merged accounts have, and make each one person with the account kept.

    What was not taken apart stays as it is, and is remembered as it was.
    """
    merged = _merged(connection, owner_id)
    if not merged:
        return
    params = {"owner_id": owner_id}
    _run(connection, "accounts/together", params)
    for shared in (*_PEOPLE, *_REACTIONS, *_CHOICES):
        for statement in _remembered(*shared):
            connection.execute(sa.text(statement), params)
    for old_id, new_id in merged:
        _run(connection, "people", {"old_id": old_id, "new_id": new_id})


def _merged(connection: sa.Connection, owner_id: int) -> list[tuple[int, int]]:
    found = connection.execute(
        sa.text(
            "select old_participant_id, participant_id from merged_participants where owner_id = :owner_id"
            " order by old_participant_id"
        ),
        {"owner_id": owner_id},
    )
    return [(old_id, new_id) for old_id, new_id in found]


def _remembered(table: str, memory: str, keys: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """Return the statements that remember what merged accounts have, and what those kept have of the same."""
    columns = (*keys, *others)
    insert = (
        f"insert into {memory} (old_participant_id, {', '.join(columns)})"
        f" select distinct owned.participant_id, {', '.join(f'owned.{column}' for column in columns)}"
        f" from {table} as owned inner join merged_participants as links on links.owner_id = :owner_id"
    )
    return [
        f"{insert} and links.participant_id = owned.participant_id"
        f" inner join {table} as shared on shared.participant_id = links.old_participant_id"
        f" and {_equal('shared', 'owned', keys)}",
        f"{insert} and links.old_participant_id = owned.participant_id",
    ]


def _given_back(table: str, memory: str, keys: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """Return the statements that give each account what is remembered of it, and is still its person's."""
    columns = (*keys, *others)
    links = (
        "inner join merged_participants as links on links.old_participant_id = remembered.old_participant_id"
    )
    return [
        f"insert into {table} (participant_id, {', '.join(columns)})"
        f" select remembered.old_participant_id, {', '.join(f'remembered.{column}' for column in columns)}"
        f" from {memory} as remembered {links}"
        f" where links.owner_id = :owner_id and exists (select 1 from {table} as kept"
        f" where kept.participant_id = links.participant_id and {_equal('kept', 'remembered', keys)})",
        f"delete from {table} where exists (select 1 from {memory} as remembered {links}"
        f" where links.owner_id = :owner_id and links.participant_id = {table}.participant_id"
        f" and {_equal('remembered', table, keys)})"
        f" and not exists (select 1 from {memory} as own"
        f" where own.old_participant_id = {table}.participant_id and {_equal('own', table, keys)})",
        f"delete from {memory} where old_participant_id in"
        " (select old_participant_id from merged_participants where owner_id = :owner_id"
        " union select participant_id from merged_participants where owner_id = :owner_id)",
    ]


def _equal(one: str, other: str, columns: tuple[str, ...]) -> str:
    return " and ".join(f"{one}.{column} = {other}.{column}" for column in columns)


def _run(
    connection: sa.Connection, kind: str, params: dict[str, int], first: int = 0, last: int = 99
) -> None:
    """Run the statements of a folder whose numbers lie in a range."""
    for number, statement in _statements(kind):
        if first <= number <= last:
            connection.execute(sa.text(statement), params)


@cache
def _statements(kind: str) -> list[tuple[int, str]]:
    paths = sorted((folder("sql") / kind).glob("*.sql"))
    return [(int(path.name[:2]), path.read_text(encoding="utf-8")) for path in paths]

"""Rows that prove to be one (people, threads), and accounts that are one person because a user said so.

All that names the one is made to name the other, by the statements of `sql/people/` and `sql/threads/`. What
a user said is remembered, account by account, so that it can be taken back (`sql/accounts/`).
"""

import sqlalchemy as sa

from rolecall.store.statements import in_order, run, run_all, select

# A new table with a column participant_id or thread_id gets a statement in each of these lists.
PERSON = in_order(
    "people",
    "messages reactions former_reactions thread_participants persona_participants dataset_participants"
    " participant_names participant_slugs former_thread_participants former_persona_participants"
    " former_dataset_participants former_participant_names former_participant_tokens owners is_self"
    " participants",
)
PERSON_IN_THREAD = in_order(
    "people/in_thread", "messages reactions thread_participants former_thread_participants"
)
THREAD = in_order(
    "threads",
    "messages message_edits attachments reactions export_messages thread_keys thread_imports message_tokens"
    " message_languages thread_participants dataset_threads former_thread_participants"
    " former_dataset_threads former_thread_tokens former_threads joined_threads resolved_id",
)
# What was merged into a person goes with them.
FOLLOW = in_order("accounts/follow", "same_person kept merged former flat merged_personas merged_datasets")

_APART_PEOPLE = in_order("accounts/apart", "participants owners is_self")
_APART_MESSAGES = in_order("accounts/apart", "messages merged_messages")
_TOGETHER = in_order("accounts/together", "merged_participants merged_messages")
# What two accounts of one person may both have; an account has it of its own, and the one kept, too.
_PEOPLE, _MESSAGES, _CHOICES = ("names", "threads"), ("reactions",), ("personas", "datasets")


def move_person(connection: sa.Connection, old_id: int, new_id: int) -> None:
    """Make everything of one participant another's, in the running transaction, and drop the one."""
    run_all(connection, (*FOLLOW, *PERSON), {"old_id": old_id, "new_id": new_id})


def move_person_in_thread(connection: sa.Connection, old_id: int, new_id: int, thread_id: int) -> int:
    """Make everything of one participant in one thread another's, and return how many rows that were."""
    ids = {"old_id": old_id, "new_id": new_id, "thread_id": thread_id}
    return sum(run(connection, path, **ids).rowcount for path in PERSON_IN_THREAD)


def move_thread(connection: sa.Connection, old_id: int, new_id: int, new_bucket: int) -> None:
    """Make everything of one thread another's, in the running transaction; the old id goes on to resolve.

    What both hold stays twice: see `imports.proofs.joining`.
    """
    run_all(connection, THREAD, {"old_id": old_id, "new_id": new_id, "new_bucket": new_bucket})


def take_apart(
    connection: sa.Connection, owner_id: int, *, has_messages: bool = True, has_choices: bool = False
) -> None:
    """Give each of an owner's merged accounts its own rows again; which belongs to whom stays on record.

    Repeating it does no harm. `put_together`, in the same transaction, is the way back.

    Args:
        connection: In a transaction.
        owner_id: Whose people.
        has_messages: Messages and reactions, too, and not only who there is and is in which chat.
        has_choices: Personas and recipes, too, which an import leaves alone.
    """
    pairs = select(connection, "accounts/list_merged", owner_id=owner_id)
    if not pairs:
        return
    run_all(connection, _APART_PEOPLE, {"owner_id": owner_id})
    for what in (*_PEOPLE, *(_MESSAGES if has_messages else ()), *(_CHOICES if has_choices else ())):
        # The account kept loses nothing before every other one has its own.
        for path in in_order("accounts/apart", f"own_{what} kept_{what} merged_{what}"):
            for ids in pairs:
                run(connection, path, **ids)
    if has_messages:
        run_all(connection, _APART_MESSAGES, {"owner_id": owner_id})


def put_together(connection: sa.Connection, owner_id: int) -> None:
    """Remember what an owner's merged accounts have, and make each one person with the account kept.

    What was not taken apart stays as it is, and is remembered as it was.
    """
    pairs = select(connection, "accounts/list_merged", owner_id=owner_id)
    if not pairs:
        return
    run_all(connection, _TOGETHER, {"owner_id": owner_id})
    for ids in pairs:
        run_all(
            connection,
            [f"accounts/together/merged_{what}" for what in (*_PEOPLE, *_MESSAGES, *_CHOICES)],
            ids,
        )
    for ids in pairs:
        run_all(connection, PERSON, ids)

"""What accounts had before they were merged.

All of it, so that a split, and each import, finds them as they were.
"""

from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None

# What each merged account has, beside its names and messages. What the account kept has of the same stands
# there, too, under its own id.
TABLES = {
    "merged_reactions": """
        old_participant_id bigint not null,
        thread_id bigint not null,
        message_id bigint not null,
        emoji varchar not null,
        reacted_at_ms bigint
    """,
    "merged_threads": """
        old_participant_id bigint not null,
        thread_id bigint not null
    """,
    "merged_personas": """
        old_participant_id bigint not null,
        persona_id bigint not null
    """,
    "merged_datasets": """
        old_participant_id bigint not null,
        dataset_id bigint not null,
        is_included boolean not null
    """,
}

# What came after a merge is the merged account's in the chats that were its own before.
_LATER_MESSAGES = """
    insert into merged_messages (old_participant_id, thread_id, message_id)
    select distinct
        merged_participants.old_participant_id,
        messages.thread_id,
        messages.message_id
    from merged_participants
    inner join messages on messages.participant_id = merged_participants.participant_id
    inner join (
        select
            merged_messages.old_participant_id,
            merged_messages.thread_id,
            reaches.last_import_id
        from merged_messages
        inner join (
            select
                remembered.old_participant_id,
                max(messages.first_import_id) as last_import_id
            from merged_messages as remembered
            inner join messages
                on messages.thread_id = remembered.thread_id
                and messages.message_id = remembered.message_id
            group by remembered.old_participant_id
        ) as reaches on reaches.old_participant_id = merged_messages.old_participant_id
        group by merged_messages.old_participant_id, merged_messages.thread_id, reaches.last_import_id
    ) as own_threads
        on own_threads.old_participant_id = merged_participants.old_participant_id
        and own_threads.thread_id = messages.thread_id
    where not exists (
            select 1
            from merged_messages as remembered
            where remembered.thread_id = messages.thread_id
                and remembered.message_id = messages.message_id
        )
        and not exists (
            select 1
            from messages as others
            where others.thread_id = messages.thread_id
                and others.participant_id = messages.participant_id
                and others.first_import_id <= own_threads.last_import_id
                and not exists (
                    select 1
                    from merged_messages as remembered
                    where remembered.thread_id = others.thread_id
                        and remembered.message_id = others.message_id
                        and remembered.old_participant_id = merged_participants.old_participant_id
                )
        )
"""
# Who was merged into somebody who was merged later was remembered twice: the first, whose are fewer, had it.
_REMEMBERED_TWICE = """
    delete from merged_messages
    where exists (
        select 1
        from merged_messages as others
        inner join (
            select
                old_participant_id,
                count(*) as message_count
            from merged_messages
            group by old_participant_id
        ) as other_counts on other_counts.old_participant_id = others.old_participant_id
        inner join (
            select
                old_participant_id,
                count(*) as message_count
            from merged_messages
            group by old_participant_id
        ) as own_counts on own_counts.old_participant_id = merged_messages.old_participant_id
        where others.thread_id = merged_messages.thread_id
            and others.message_id = merged_messages.message_id
            and others.old_participant_id <> merged_messages.old_participant_id
            and other_counts.message_count < own_counts.message_count
    )
"""
# Who wrote in a chat is in it; so is the account kept, where others than the merged ones wrote as it.
_THREADS = """
    insert into merged_threads (old_participant_id, thread_id)
    select distinct
        merged_messages.old_participant_id,
        merged_messages.thread_id
    from merged_messages
    union
    select
        messages.participant_id,
        messages.thread_id
    from messages
    where messages.participant_id in (select participant_id from merged_participants)
        and messages.thread_id in (select thread_id from merged_messages)
        and not exists (
            select 1
            from merged_messages
            where merged_messages.thread_id = messages.thread_id
                and merged_messages.message_id = messages.message_id
        )
"""
_NAMES = """
    insert into merged_names (old_participant_id, name, source)
    select distinct
        participants.participant_id,
        participants.display_name,
        participant_names.source
    from participants
    inner join participant_names
        on participant_names.participant_id = participants.participant_id
        and participant_names.name = participants.display_name
    where participants.participant_id in (select participant_id from merged_participants)
"""


def upgrade() -> None:
    """Add the columns and tables, and fill them with what is known of merges that were made."""
    # Clock of the download that gave the merged account its display name.
    op.execute("alter table merged_participants add column named_at_ms bigint")
    # Whether the account kept was the owner, too, and not only the merged one.
    op.execute("alter table merged_participants add column is_kept_self boolean")
    for name, columns in TABLES.items():
        op.execute(f"create table {name} ({columns})")
    for statement in (_REMEMBERED_TWICE, _LATER_MESSAGES, _THREADS, _NAMES):
        op.execute(statement)

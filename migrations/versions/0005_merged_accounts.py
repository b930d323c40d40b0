"""What accounts had before they were merged.

All of it, so that a split, and each import, finds them as they were.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
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

# What came after a merge is the merged account's in the chats that were its own alone before.
_LATER_MESSAGES = """
    insert into merged_messages (old_participant_id, thread_id, message_id)
    with

    remembered as (
        select
            merged_messages.thread_id,
            merged_messages.old_participant_id,
            max(messages.first_import_id) over (
                partition by merged_messages.old_participant_id
            ) as last_import_id
        from merged_messages
        inner join messages
            on messages.thread_id = merged_messages.thread_id
            and messages.message_id = merged_messages.message_id
    ),

    own_threads as (
        select
            thread_id,
            min(old_participant_id) as old_participant_id,
            min(last_import_id) as last_import_id
        from remembered
        group by thread_id
        having min(old_participant_id) = max(old_participant_id)
    ),

    others as (
        select
            own_threads.old_participant_id,
            own_threads.last_import_id,
            messages.thread_id,
            messages.message_id,
            min(messages.first_import_id) over (partition by messages.thread_id) as first_import_id
        from own_threads
        inner join merged_participants
            on merged_participants.old_participant_id = own_threads.old_participant_id
        inner join messages
            on messages.thread_id = own_threads.thread_id
            and messages.participant_id = merged_participants.participant_id
        left join merged_messages
            on merged_messages.thread_id = messages.thread_id
            and merged_messages.message_id = messages.message_id
        where merged_messages.message_id is null
    )

    select
        old_participant_id,
        thread_id,
        message_id
    from others
    where first_import_id > last_import_id
"""
# Who was merged into somebody who was merged later was remembered twice: the first, whose are fewer, had it.
_REMEMBERED_TWICE = """
    delete from merged_messages
    where (old_participant_id, thread_id, message_id) in (
        select
            old_participant_id,
            thread_id,
            message_id
        from (
            select
                counted.*,
                row_number() over (
                    partition by thread_id, message_id order by message_count, old_participant_id
                ) as rank_no
            from (
                select
                    *,
                    count(*) over (partition by old_participant_id) as message_count
                from merged_messages
            ) as counted
        ) as ranked
        where rank_no > 1
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

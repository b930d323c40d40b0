-- Entries that are not known, counted on from the messages that the store has of the same thread and time.
-- Params: none
insert into new_entries
with

unknown as (
    select staged_messages.*
    from entries
    inner join staged_messages on staged_messages.staged_no = entries.staged_no
    left join known_entries on known_entries.staged_no = entries.staged_no
    where known_entries.staged_no is null
),

instants as (
    select distinct
        bucket,
        thread_id,
        sent_at_ms
    from unknown
),

stored as (
    select
        messages.thread_id,
        messages.sent_at_ms,
        count(*) as message_count
    from messages
    inner join instants
        on instants.bucket = messages.bucket
        and instants.thread_id = messages.thread_id
        and instants.sent_at_ms = messages.sent_at_ms
    group by messages.thread_id, messages.sent_at_ms
)

select
    unknown.staged_no,
    unknown.thread_id,
    unknown.sent_at_ms,
    coalesce(stored.message_count, 0) + row_number() over (
        partition by unknown.thread_id, unknown.sent_at_ms
        order by unknown.ordinal, unknown.staged_no
    ) as occurrence_no
from unknown
left join stored on stored.thread_id = unknown.thread_id and stored.sent_at_ms = unknown.sent_at_ms

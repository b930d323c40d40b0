-- Entries that match no message of the store, counted on from those that the store has of the same thread and time.
insert into new_entries
with

unknown as (
    select staged_messages.*
    from entries
    inner join staged_messages on staged_messages.staged_no = entries.staged_no
    left join matched_entries on matched_entries.staged_no = entries.staged_no
    where matched_entries.staged_no is null
),

instants as (
    select
        thread_id,
        sent_at_ms,
        count(*) as message_count
    from stored_messages
    group by thread_id, sent_at_ms
)

select
    unknown.staged_no,
    unknown.thread_id,
    unknown.sent_at_ms,
    coalesce(instants.message_count, 0) + row_number() over (
        partition by unknown.thread_id, unknown.sent_at_ms
        order by unknown.ordinal, unknown.staged_no
    ) as occurrence_no
from unknown
left join instants on instants.thread_id = unknown.thread_id and instants.sent_at_ms = unknown.sent_at_ms

-- Instants that the batch adds to. When it holds all that the store has of one (is_whole), its order counts for all;
-- otherwise its new messages move with those it shares with the store (shift).
-- Params: none
insert into places
with

added as (
    select distinct
        thread_id,
        sent_at_ms
    from new_entries
),

shared as (
    select
        stored_messages.thread_id,
        stored_messages.sent_at_ms,
        count(*) as stored_count,
        count(matched_entries.staged_no) as matched_count,
        max(stored_messages.ordinal - staged_messages.ordinal) as shift
    from stored_messages
    inner join added
        on added.thread_id = stored_messages.thread_id and added.sent_at_ms = stored_messages.sent_at_ms
    left join matched_entries
        on matched_entries.thread_id = stored_messages.thread_id
        and matched_entries.message_id = stored_messages.message_id
    left join staged_messages on staged_messages.staged_no = matched_entries.staged_no
    group by stored_messages.thread_id, stored_messages.sent_at_ms
)

select
    thread_id,
    sent_at_ms,
    stored_count = matched_count as is_whole,
    coalesce(shift, 0) as shift
from shared

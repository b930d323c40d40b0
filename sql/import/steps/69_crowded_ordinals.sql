-- Messages of one instant that claim one place stand one after the other: places are 1,024 apart.
-- Params: none
update messages
set ordinal = spread.ordinal
from (
    select
        messages.bucket,
        messages.thread_id,
        messages.message_id,
        messages.ordinal + row_number() over (
            partition by messages.thread_id, messages.sent_at_ms, messages.ordinal
            order by messages.message_id
        ) - 1 as ordinal
    from messages
    inner join (
        -- An instant that holds more than one message, and has a new one.
        select distinct
            thread_id,
            sent_at_ms
        from new_entries
        where occurrence_no > 1
    ) as crowded
        on crowded.thread_id = messages.thread_id and crowded.sent_at_ms = messages.sent_at_ms
) as spread
where messages.bucket = spread.bucket
    and messages.thread_id = spread.thread_id
    and messages.message_id = spread.message_id
    and messages.ordinal <> spread.ordinal

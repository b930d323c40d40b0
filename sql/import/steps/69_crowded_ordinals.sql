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
        select
            touched_messages.thread_id,
            touched_messages.sent_at_ms,
            touched_messages.ordinal
        from messages as touched_messages
        inner join (select distinct thread_id from staged_messages) as touched
            on touched.thread_id = touched_messages.thread_id
        group by touched_messages.thread_id, touched_messages.sent_at_ms, touched_messages.ordinal
        having count(*) > 1
    ) as crowded
        on crowded.thread_id = messages.thread_id
        and crowded.sent_at_ms = messages.sent_at_ms
        and crowded.ordinal = messages.ordinal
) as spread
where messages.bucket = spread.bucket
    and messages.thread_id = spread.thread_id
    and messages.message_id = spread.message_id

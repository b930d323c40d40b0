-- Messages of one thread that share a time and an ordinal: nothing says which came first.
-- Grain: thread_id, sent_at_ms, ordinal
select
    thread_id,
    sent_at_ms,
    ordinal,
    count(*) as message_count
from messages
group by thread_id, sent_at_ms, ordinal
having count(*) > 1

-- How many messages a thread has in the time of another, a second more on both sides.
-- Params: old_id, new_id
select count(*)
from messages
where thread_id = :new_id
    and sent_at_ms >= (select min(sent_at_ms) - 999 from messages where thread_id = :old_id)
    and sent_at_ms <= (select max(sent_at_ms) + 999 from messages where thread_id = :old_id)

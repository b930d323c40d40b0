-- Message ids that occur more than once in their thread.
-- Grain: thread_id, message_id
select
    thread_id,
    message_id,
    count(*) as message_count
from messages
group by thread_id, message_id
having count(*) > 1

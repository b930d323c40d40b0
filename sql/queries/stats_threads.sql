-- The longest chats.
-- Grain: thread_id
-- Params: limit
-- Order: most messages first
select
    thread_id,
    title,
    kind,
    message_count,
    text_count,
    first_at,
    last_at
from activity_by_thread
order by message_count desc, thread_id
limit :limit

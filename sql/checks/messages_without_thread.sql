-- Messages of a thread that is not there, or that lies in another bucket.
-- Grain: thread_id, message_id
select
    messages.thread_id,
    messages.message_id,
    messages.bucket
from messages
left join threads
    on threads.thread_id = messages.thread_id
    and threads.bucket = messages.bucket
where threads.thread_id is null

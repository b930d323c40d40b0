-- The same, in what the batch knows of the store.
update stored_messages
set sent_at_ms = aligned_times.staged_at_ms
from aligned_times
where stored_messages.thread_id = aligned_times.thread_id
    and stored_messages.message_id = aligned_times.message_id
    and mod(aligned_times.stored_at_ms, 1000) = 0

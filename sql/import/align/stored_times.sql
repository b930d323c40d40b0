-- The same, in what the batch knows of the store.
update stored_messages
set sent_at_ms = staged_at_ms
from aligned_times as aligned
where stored_messages.thread_id = aligned.thread_id and stored_messages.message_id = aligned.message_id
    and mod(stored_at_ms, 1000) = 0

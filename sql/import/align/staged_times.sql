-- Entries of a download that tells seconds only take the time that the store knows.
update staged_messages
set sent_at_ms = stored_at_ms, sent_at = messages.sent_at
from aligned_times
inner join messages using (thread_id, message_id)
where staged_messages.staged_no = aligned_times.staged_no
    and mod(stored_at_ms, 1000) <> 0

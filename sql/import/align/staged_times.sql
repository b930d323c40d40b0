-- Entries of a download that tells seconds only take the time that the store knows.
update staged_messages
set
    sent_at_ms = aligned_times.stored_at_ms,
    sent_at = messages.sent_at
from aligned_times
inner join messages
    on messages.thread_id = aligned_times.thread_id and messages.message_id = aligned_times.message_id
where staged_messages.staged_no = aligned_times.staged_no
    and mod(aligned_times.stored_at_ms, 1000) <> 0

-- Messages that the store knew to the second take the time to the millisecond.
update messages
set
    sent_at_ms = aligned_times.staged_at_ms,
    sent_at = staged_messages.sent_at
from aligned_times
inner join staged_messages on staged_messages.staged_no = aligned_times.staged_no
where messages.bucket = staged_messages.bucket
    and messages.thread_id = aligned_times.thread_id
    and messages.message_id = aligned_times.message_id
    and mod(aligned_times.stored_at_ms, 1000) = 0

-- Messages that the store knew to the second take the time to the millisecond.
update messages
set sent_at_ms = staged_at_ms, sent_at = staged_messages.sent_at
from aligned_times as aligned
inner join staged_messages using (staged_no)
where messages.thread_id = aligned.thread_id and messages.message_id = aligned.message_id
    and mod(stored_at_ms, 1000) = 0

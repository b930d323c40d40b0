-- Messages of an instant that the batch holds whole, and adds to, take its order.
-- Params: none
update messages
set ordinal = staged_messages.ordinal
from matched_entries
inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
inner join places
    on places.thread_id = staged_messages.thread_id and places.sent_at_ms = staged_messages.sent_at_ms
where messages.bucket = matched_entries.bucket
    and messages.thread_id = matched_entries.thread_id
    and messages.message_id = matched_entries.message_id
    and places.is_whole

-- What names a message that both threads hold names the new thread's.
-- Params: old_id
update export_messages
set thread_id = matched_entries.thread_id, message_id = matched_entries.message_id
from matched_entries
where export_messages.thread_id = :old_id and export_messages.message_id = staged_no

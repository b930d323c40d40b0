-- What names a message that both threads hold names the new thread's.
-- Params: old_id, new_id
update export_messages
set
    thread_id = :new_id,
    message_id = matched_entries.message_id
from matched_entries
inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
where export_messages.thread_id = :old_id
    and export_messages.message_id = joined_messages.message_id

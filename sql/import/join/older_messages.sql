-- The same, in what is known of the new thread's messages.
update stored_messages
set is_newer = false
from matched_entries
where stored_messages.thread_id = matched_entries.thread_id
    and stored_messages.message_id = matched_entries.message_id
    and not matched_entries.is_newer

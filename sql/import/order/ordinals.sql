-- A message stands within its instant where the newest download that holds it has it; of downloads equally new, which
-- may be parts of one, the later place counts. So the order of importing does not matter.
update messages
set ordinal = staged_messages.ordinal
from matched_entries
inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
inner join stored_messages
    on stored_messages.thread_id = matched_entries.thread_id
    and stored_messages.message_id = matched_entries.message_id
where messages.bucket = matched_entries.bucket
    and messages.thread_id = matched_entries.thread_id
    and messages.message_id = matched_entries.message_id
    and stored_messages.is_newer
    and (not stored_messages.is_as_old or staged_messages.ordinal > stored_messages.ordinal)

-- last_import_id names the newest download that holds a message, whatever the order of importing.
-- Params: import_id
update messages
set last_import_id = :import_id
from matched_entries
where messages.bucket = matched_entries.bucket
    and messages.thread_id = matched_entries.thread_id
    and messages.message_id = matched_entries.message_id
    and matched_entries.is_newer

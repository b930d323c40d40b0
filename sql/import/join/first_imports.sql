-- A message that both threads hold came with the first import that brought it to either.
update messages
set
    first_import_id = least(messages.first_import_id, joined_messages.first_import_id),
    last_import_id = case
        when matched_entries.is_newer then joined_messages.last_import_id
        else messages.last_import_id
    end
from matched_entries
inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
where messages.bucket = matched_entries.bucket
    and messages.thread_id = matched_entries.thread_id
    and messages.message_id = matched_entries.message_id

-- How many of the messages that the running import added to a thread were known as messages of the other.
-- Params: import_id
select count(*)
from matched_entries
inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
inner join messages
    on messages.thread_id = matched_entries.thread_id and messages.message_id = matched_entries.message_id
where messages.first_import_id = :import_id
    and joined_messages.first_import_id <> :import_id

-- Earlier bodies of a message that is not there.
-- Grain: thread_id, message_id, replaced_import_id
select
    message_edits.thread_id,
    message_edits.message_id,
    message_edits.replaced_import_id
from message_edits
left join messages
    on messages.thread_id = message_edits.thread_id
    and messages.message_id = message_edits.message_id
where messages.message_id is null

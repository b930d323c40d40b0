-- Attachments of a message that is not there.
-- Grain: thread_id, message_id, attachment_no
select
    attachments.thread_id,
    attachments.message_id,
    attachments.attachment_no
from attachments
left join messages
    on messages.thread_id = attachments.thread_id
    and messages.message_id = attachments.message_id
where messages.message_id is null

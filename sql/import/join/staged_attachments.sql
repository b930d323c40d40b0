-- The files of these messages.
-- Params: old_id
insert into staged_attachments (staged_no, attachment_no, kind, uri, status)
select
    joined_messages.staged_no,
    attachments.attachment_no,
    attachments.kind,
    attachments.uri,
    attachments.status
from joined_messages
inner join attachments
    on attachments.thread_id = :old_id and attachments.message_id = joined_messages.message_id

-- Files of new messages.
insert into attachments (thread_id, message_id, attachment_no, kind, uri, status)
select
    new_ids.thread_id,
    new_ids.message_id,
    staged_attachments.attachment_no,
    staged_attachments.kind,
    staged_attachments.uri,
    staged_attachments.status
from new_ids
inner join staged_attachments on staged_attachments.staged_no = new_ids.staged_no
order by new_ids.thread_id, new_ids.message_id, staged_attachments.attachment_no

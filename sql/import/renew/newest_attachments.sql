-- Files of known messages, where the store has none in that place.
insert into attachments (thread_id, message_id, attachment_no, kind, uri, status)
select
    matched_entries.thread_id,
    matched_entries.message_id,
    staged_attachments.attachment_no,
    staged_attachments.kind,
    staged_attachments.uri,
    staged_attachments.status
from matched_entries
inner join staged_attachments on staged_attachments.staged_no = matched_entries.staged_no
left join attachments
    on attachments.thread_id = matched_entries.thread_id
    and attachments.message_id = matched_entries.message_id
    and attachments.attachment_no = staged_attachments.attachment_no
where attachments.message_id is null

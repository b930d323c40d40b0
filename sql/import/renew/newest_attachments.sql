-- Files of new messages and of known ones, where the store has none in that place.
insert into attachments (thread_id, message_id, attachment_no, kind, uri, status)
select thread_id, message_id, attachment_no, staged.kind, staged.uri, staged.status
from staged_attachments as staged
inner join (
    select staged_no, thread_id, message_id from new_ids
    union all
    select staged_no, thread_id, message_id from matched_entries
) as held using (staged_no)
left join attachments using (thread_id, message_id, attachment_no)
where attachments.message_id is null
order by thread_id, message_id, attachment_no

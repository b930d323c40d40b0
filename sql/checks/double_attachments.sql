-- Attachment numbers that occur more than once in their message.
-- Grain: thread_id, message_id, attachment_no
select
    thread_id,
    message_id,
    attachment_no,
    count(*) as attachment_count
from attachments
group by thread_id, message_id, attachment_no
having count(*) > 1

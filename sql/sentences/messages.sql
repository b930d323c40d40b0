-- The messages of a kind whose text has a template, by sender.
-- Grain: thread_id, message_id
-- Params: owner_id, template, kind
select
    messages.bucket,
    messages.thread_id,
    messages.message_id,
    participants.display_name as sender,
    threads.title,
    messages.sent_at,
    messages.body
from message_templates
inner join messages
    on messages.bucket = message_templates.bucket
    and messages.thread_id = message_templates.thread_id
    and messages.message_id = message_templates.message_id
inner join threads on threads.thread_id = messages.thread_id
inner join participants on participants.participant_id = messages.participant_id
where message_templates.owner_id = :owner_id
    and message_templates.template = :template
    and message_templates.kind = :kind
order by participants.display_name, messages.sent_at_ms, messages.thread_id, messages.message_id

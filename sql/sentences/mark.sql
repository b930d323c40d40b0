-- What was accepted as Messenger's is a system message, and no text of a person.
-- Params: owner_id
update messages
set kind = 'system'
from message_templates
inner join sentence_templates
    on sentence_templates.owner_id = message_templates.owner_id
    and sentence_templates.template = message_templates.template
    and sentence_templates.verdict = 'accepted'
where messages.bucket = message_templates.bucket
    and messages.thread_id = message_templates.thread_id
    and messages.message_id = message_templates.message_id
    and messages.kind = 'text'
    and message_templates.owner_id = :owner_id

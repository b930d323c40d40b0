-- Text messages in some buckets whose language was not looked for yet.
-- Grain: thread_id, message_id
-- Params: first_bucket (included), last_bucket (included)
select
    text_messages.bucket,
    text_messages.thread_id,
    text_messages.message_id,
    text_messages.body as text
from text_messages
left join message_languages
    on message_languages.bucket = text_messages.bucket
    and message_languages.thread_id = text_messages.thread_id
    and message_languages.message_id = text_messages.message_id
where text_messages.bucket between :first_bucket and :last_bucket
    and message_languages.message_id is null

-- Text messages in some buckets whose words were not counted yet.
-- Grain: thread_id, message_id
-- Params: tokenizer, first_bucket (included), last_bucket (included)
select
    text_messages.bucket,
    text_messages.thread_id,
    text_messages.message_id,
    text_messages.body as text
from text_messages
left join message_tokens
    on message_tokens.bucket = text_messages.bucket
    and message_tokens.thread_id = text_messages.thread_id
    and message_tokens.message_id = text_messages.message_id
    and message_tokens.tokenizer = :tokenizer
where text_messages.bucket between :first_bucket and :last_bucket
    and message_tokens.message_id is null

-- Media messages in some buckets whose placeholders were not counted yet.
-- Grain: thread_id, message_id
-- Params: tokenizer, first_bucket (included), last_bucket (included)
select
    media_messages.bucket,
    media_messages.thread_id,
    media_messages.message_id,
    media_messages.body as text
from media_messages
left join message_tokens
    on message_tokens.bucket = media_messages.bucket
    and message_tokens.thread_id = media_messages.thread_id
    and message_tokens.message_id = media_messages.message_id
    and message_tokens.tokenizer = :tokenizer
where media_messages.bucket between :first_bucket and :last_bucket
    and message_tokens.message_id is null

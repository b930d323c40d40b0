-- Token counts of something that is not there or has neither words nor a placeholder (message_id is null where a title
-- was counted), or that lie in another bucket; and such languages (tokenizer is null).
-- Grain: thread_id, message_id, tokenizer
select
    message_tokens.thread_id,
    message_tokens.message_id,
    message_tokens.tokenizer
from message_tokens
left join messages
    on messages.thread_id = message_tokens.thread_id
    and messages.message_id = message_tokens.message_id
    and messages.bucket = message_tokens.bucket
where messages.message_id is null
    or messages.body is null and messages.kind <> 'media'
union all
select
    thread_tokens.thread_id,
    null as message_id,
    thread_tokens.tokenizer
from thread_tokens
left join threads
    on threads.thread_id = thread_tokens.thread_id
    and threads.bucket = thread_tokens.bucket
where threads.thread_id is null
union all
select
    message_languages.thread_id,
    message_languages.message_id,
    null as tokenizer
from message_languages
left join messages
    on messages.thread_id = message_languages.thread_id
    and messages.message_id = message_languages.message_id
    and messages.bucket = message_languages.bucket
where messages.body is null

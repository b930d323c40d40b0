-- Threads in some buckets whose title was not counted yet.
-- Grain: thread_id
-- Params: tokenizer, first_bucket (included), last_bucket (included)
select
    threads.bucket,
    threads.thread_id,
    threads.title as text
from threads
left join thread_tokens
    on thread_tokens.bucket = threads.bucket
    and thread_tokens.thread_id = threads.thread_id
    and thread_tokens.tokenizer = :tokenizer
where threads.bucket between :first_bucket and :last_bucket
    and thread_tokens.thread_id is null

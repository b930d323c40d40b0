-- Threads whose bucket is not their id modulo the number of buckets. (A message in another bucket than its thread is
-- found by messages_without_thread.)
-- Grain: thread_id
select
    threads.thread_id,
    threads.bucket,
    mod(threads.thread_id, cast(settings.value as bigint)) as right_bucket
from threads
join settings
    on settings.name = 'bucket_count'
where threads.bucket <> mod(threads.thread_id, cast(settings.value as bigint))

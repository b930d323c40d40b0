-- Keys by which one source names two threads of one owner.
-- Grain: owner_id, source, key_kind, key_value
select
    threads.owner_id,
    thread_keys.source,
    thread_keys.key_kind,
    thread_keys.key_value,
    count(*) as key_count
from thread_keys
join threads
    on threads.thread_id = thread_keys.thread_id
group by threads.owner_id, thread_keys.source, thread_keys.key_kind, thread_keys.key_value
having count(*) > 1

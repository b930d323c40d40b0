-- Ids that a platform gives to two threads of one owner; other keys (a folder's name, a file's) may be shared.
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
where thread_keys.key_kind = 'folder_id'
group by threads.owner_id, thread_keys.source, thread_keys.key_kind, thread_keys.key_value
having count(*) > 1

-- The keys of an owner's threads, those seen first in front.
-- Grain: thread_id, source, key_kind, key_value
-- Params: owner_id
select
    thread_keys.thread_id,
    thread_keys.source,
    thread_keys.key_kind,
    thread_keys.key_value,
    thread_keys.first_import_id
from thread_keys
inner join threads on threads.thread_id = thread_keys.thread_id
where threads.owner_id = :owner_id
order by thread_keys.first_import_id, thread_keys.thread_id

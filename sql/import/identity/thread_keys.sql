-- The keys of an owner's threads, those seen first in front.
-- Grain: thread_id, source, key_kind, key_value
-- Params: owner_id
select thread_id, thread_keys.source, key_kind, key_value, first_import_id
from thread_keys
inner join threads using (thread_id)
where owner_id = :owner_id
order by first_import_id, thread_id

-- Keys that were seen again.
-- Params: import_id
update thread_keys
set last_import_id = :import_id
from (select distinct thread_id, source, key_kind, key_value from staged_keys) as seen
where thread_keys.thread_id = seen.thread_id
    and thread_keys.source = seen.source
    and thread_keys.key_kind = seen.key_kind
    and thread_keys.key_value = seen.key_value

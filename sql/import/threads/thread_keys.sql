-- Keys that were seen again.
-- Params: import_id
update thread_keys
set last_import_id = :import_id
where (thread_id, source, key_kind, key_value) in (select * from staged_keys)

-- The clock of the newest download that spoke of a thread.
-- Params: old_id
select coalesce(imports.newest_at_ms, -4611686018427387904) as newest_at_ms
from thread_imports
inner join imports on imports.import_id = thread_imports.import_id
where thread_imports.thread_id = :old_id
order by
    coalesce(thread_imports.newest_at_ms, -4611686018427387904) desc,
    coalesce(imports.newest_at_ms, -4611686018427387904) desc
limit 1

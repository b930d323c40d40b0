-- The threads that this import speaks of.
-- Params: import_id
insert into thread_imports (thread_id, import_id, first_at_ms, newest_at_ms)
select
    thread_id,
    :import_id,
    min(first_at_ms),
    max(newest_at_ms)
from staged_threads
group by thread_id

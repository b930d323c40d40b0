-- The threads that this import speaks of.
-- Params: import_id
insert into thread_imports (
    thread_id, import_id, first_at_ms, newest_at_ms, newest_part_no, nameless_count, is_in_seconds
)
select
    thread_id, :import_id, min(first_at_ms), max(newest_at_ms), min(part_no), max(nameless_count),
    coalesce(bool_or(is_in_seconds), false)
from staged_threads
group by thread_id

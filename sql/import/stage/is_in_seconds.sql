-- Whether one side's times may tell no more than the second: what is staged, or what an import told of the same chat.
-- Grain: one row
select count(*) > 0 as is_in_seconds
from staged_threads
left join thread_imports using (thread_id)
where staged_threads.is_in_seconds
    or (thread_imports.import_id is not null and coalesce(thread_imports.is_in_seconds, true))

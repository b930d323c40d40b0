-- Which way a batch takes into the store. is_known: an import, or an earlier batch of this one, spoke of one of its
-- threads; only then can the store hold messages of it. is_in_seconds: one side's times may tell no more than the second.
-- Grain: one row
select
    count(thread_imports.thread_id) > 0 as is_known,
    max(
        case
            when staged_threads.is_in_seconds then 1
            when thread_imports.thread_id is not null and coalesce(thread_imports.is_in_seconds, true) then 1
            else 0
        end
    ) = 1 as is_in_seconds
from staged_threads
left join thread_imports on thread_imports.thread_id = staged_threads.thread_id

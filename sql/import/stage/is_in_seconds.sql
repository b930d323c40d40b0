-- Whether one side's times may tell no more than the second: what is staged, or what an import told of the same chat.
-- Grain: one row
select
    coalesce(
        max(
            case
                when staged_threads.is_in_seconds then 1
                when thread_imports.thread_id is not null and coalesce(thread_imports.is_in_seconds, true) then 1
                else 0
            end
        ), 0
    ) = 1 as is_in_seconds
from staged_threads
left join thread_imports on thread_imports.thread_id = staged_threads.thread_id

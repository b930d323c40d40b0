-- The threads that have a title, or an id.
-- Grain: id
-- Params: name (an exact title, or an id in decimal digits)
select
    threads.thread_id as id,
    threads.title as name,
    owners.label as owner
from threads
join owners on owners.owner_id = threads.owner_id
where threads.title = :name
    or cast(threads.thread_id as varchar) = :name
    -- An id from before two threads proved to be one.
    or threads.thread_id in (
        select joined_threads.thread_id
        from joined_threads
        where cast(joined_threads.old_thread_id as varchar) = :name
    )
order by threads.thread_id

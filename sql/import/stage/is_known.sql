-- Whether any import, or an earlier batch of this one, spoke of a thread of the batch: only then can the store hold
-- messages of it, and only then is there anything to compare.
-- Grain: one row
select exists (
    select 1
    from staged_threads
    inner join thread_imports on thread_imports.thread_id = staged_threads.thread_id
) as is_known

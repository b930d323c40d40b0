-- A thread that any import knew for Instagram's is Instagram's: where no folder tells, Facebook is a guess, and an
-- encrypted chat does not tell.
update threads
set source = 'instagram'
where threads.source in ('facebook', 'secure_storage')
    and exists (select 1 from staged_threads where staged_threads.thread_id = threads.thread_id)
    and exists (
        select 1
        from thread_keys
        where thread_keys.thread_id = threads.thread_id
            and thread_keys.source = 'instagram'
    )

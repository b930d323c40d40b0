-- A thread that any import knew for Instagram's is Instagram's: where no folder tells, Facebook is a guess, and an
-- encrypted chat does not tell.
update threads
set source = 'instagram'
where source in ('facebook', 'secure_storage')
    and thread_id in (select staged_threads.thread_id from staged_threads)
    and thread_id in (select thread_keys.thread_id from thread_keys where thread_keys.source = 'instagram')

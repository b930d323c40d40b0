-- Counts of titles that may have changed.
delete from thread_tokens where thread_id in (select staged_threads.thread_id from staged_threads)

-- Counts of titles that may have changed.
delete from thread_tokens
where exists (select 1 from staged_threads where staged_threads.thread_id = thread_tokens.thread_id)

-- People who are in two threads that are one: once is enough.
-- Params: old_id
delete from thread_participants where thread_id = :old_id

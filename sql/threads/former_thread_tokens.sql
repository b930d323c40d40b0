-- The tokens of a title that is no more.
-- Params: old_id
delete from thread_tokens where thread_id = :old_id

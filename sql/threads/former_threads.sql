-- The thread that is another now is no more.
-- Params: old_id
delete from threads where thread_id = :old_id

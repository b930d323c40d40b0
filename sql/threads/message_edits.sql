-- The earlier texts of one thread's messages become another's.
-- Params: old_id, new_id
update message_edits set thread_id = :new_id where thread_id = :old_id

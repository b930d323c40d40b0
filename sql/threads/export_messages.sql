-- The lines that messages of one thread stand on are of another's.
-- Params: old_id, new_id
update export_messages set thread_id = :new_id where thread_id = :old_id

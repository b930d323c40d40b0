-- The keys by which archives name one thread name another.
-- Params: old_id, new_id
update thread_keys set thread_id = :new_id where thread_id = :old_id

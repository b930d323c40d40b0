-- Older ids of one thread resolve to another.
-- Params: old_id, new_id
update joined_threads set thread_id = :new_id where thread_id = :old_id

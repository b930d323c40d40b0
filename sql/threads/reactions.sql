-- The reactions to one thread's messages become another's.
-- Params: old_id, new_id
update reactions set thread_id = :new_id where thread_id = :old_id

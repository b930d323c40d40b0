-- What one person wrote in one thread becomes another's.
-- Params: old_id, new_id, thread_id
update messages set participant_id = :new_id where thread_id = :thread_id and participant_id = :old_id

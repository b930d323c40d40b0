-- The same, in what the batch knows of the store.
-- Params: thread_id, old_id, new_id
update stored_messages set participant_id = :new_id where thread_id = :thread_id and participant_id = :old_id

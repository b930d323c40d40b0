-- The same, in what the batch knows of the store.
-- Params: old_id, new_id
update stored_messages set participant_id = :new_id where participant_id = :old_id

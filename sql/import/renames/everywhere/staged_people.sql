-- Somebody whom the batch lists is somebody else.
-- Params: old_id, new_id
update staged_people set participant_id = :new_id where participant_id = :old_id

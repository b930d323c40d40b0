-- What the batch has of somebody was said by somebody else.
-- Params: old_id, new_id
update staged_messages set participant_id = :new_id where participant_id = :old_id

-- What the batch calls somebody is the name of somebody else.
-- Params: old_id, new_id
update staged_names set participant_id = :new_id where participant_id = :old_id

-- The messages of one person become another's.
-- Params: old_id, new_id
update messages set participant_id = :new_id where participant_id = :old_id

-- The person who is another now is no more.
-- Params: old_id
delete from participants where participant_id = :old_id

-- Params: old_id
delete from participants where participant_id = :old_id

-- Params: old_id
delete from reactions where participant_id = :old_id

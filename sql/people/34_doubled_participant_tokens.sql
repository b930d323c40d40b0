-- Params: old_id
delete from participant_tokens where participant_id = :old_id

-- The personas that a merged account was in.
-- Params: old_id, new_id
update merged_personas set old_participant_id = :new_id where old_participant_id = :old_id

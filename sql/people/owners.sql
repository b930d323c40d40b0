-- Whoever's archives are one person's: they are another's.
-- Params: old_id, new_id
update owners set self_participant_id = :new_id where self_participant_id = :old_id

-- Params: old_id
delete from persona_participants where participant_id = :old_id

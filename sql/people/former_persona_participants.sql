-- Personas of two people who are one: once is enough.
-- Params: old_id
delete from persona_participants where participant_id = :old_id

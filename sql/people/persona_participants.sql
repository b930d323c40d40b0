-- The personas that one person is in, and another is not yet, become the other's.
-- Params: old_id, new_id
update persona_participants set participant_id = :new_id
where participant_id = :old_id
    and persona_id not in (select persona_id from persona_participants where participant_id = :new_id)

-- Personas that the account kept was in as a merged one alone are its own no more.
-- Params: old_id, new_id
delete from persona_participants
where participant_id = :new_id
    and persona_id in (select persona_id from merged_personas where old_participant_id = :old_id)
    and persona_id not in (select persona_id from merged_personas where old_participant_id = :new_id)

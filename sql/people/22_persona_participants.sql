-- The personas that one person is in, and another is not yet, become the other's.
-- Params: old_id, new_id
update persona_participants set participant_id = :new_id
where participant_id = :old_id
    and not exists (
        select 1
        from persona_participants as others
        where others.persona_id = persona_participants.persona_id
            and others.participant_id = :new_id
    )

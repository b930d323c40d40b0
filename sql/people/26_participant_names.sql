-- The names of one person become further names of another.
-- Params: old_id, new_id
update participant_names set participant_id = :new_id
where participant_id = :old_id
    and not exists (
        select 1
        from participant_names as others
        where others.name = participant_names.name
            and others.source = participant_names.source
            and others.participant_id = :new_id
    )

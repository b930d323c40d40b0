-- Marks the slugs that were made from a display name which their person has no longer.
update participant_slugs
set is_current = false
where is_current
    and exists (
        select 1
        from participants
        where participants.participant_id = participant_slugs.participant_id
            and participants.display_name <> participant_slugs.made_from
    )

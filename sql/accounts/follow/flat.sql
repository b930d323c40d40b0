-- Nobody is merged into somebody who is merged.
-- Params: new_id
update merged_participants
set participant_id = (
    select others.participant_id
    from merged_participants as others
    where others.old_participant_id = :new_id
)
where participant_id = :new_id
    and exists (select 1 from merged_participants as others where others.old_participant_id = :new_id)

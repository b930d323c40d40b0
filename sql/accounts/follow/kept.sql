-- Accounts merged into one that proves to be another go with it, to whom the other was merged into, if anybody.
-- Params: old_id, new_id
update merged_participants
set participant_id = coalesce(
    (
        select others.participant_id
        from merged_participants as others
        where others.old_participant_id = :new_id
    ),
    :new_id
)
where participant_id = :old_id

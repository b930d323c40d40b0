-- The datasets that list one person, and not the other, list the other.
-- Params: old_id, new_id
update dataset_participants set participant_id = :new_id
where participant_id = :old_id
    and not exists (
        select 1
        from dataset_participants as others
        where others.dataset_id = dataset_participants.dataset_id
            and others.participant_id = :new_id
    )

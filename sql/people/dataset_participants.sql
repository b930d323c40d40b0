-- The datasets that list one person, and not the other, list the other.
-- Params: old_id, new_id
update dataset_participants set participant_id = :new_id
where participant_id = :old_id
    and dataset_id not in (select dataset_id from dataset_participants where participant_id = :new_id)

-- Datasets that listed the account kept as a merged one alone list it no more.
-- Params: old_id, new_id
delete from dataset_participants
where participant_id = :new_id
    and dataset_id in (select dataset_id from merged_datasets where old_participant_id = :old_id)
    and dataset_id not in (select dataset_id from merged_datasets where old_participant_id = :new_id)

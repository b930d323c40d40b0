-- The datasets that list a merged account, and those that list the account kept, too.
-- Params: old_id, new_id
insert into merged_datasets (old_participant_id, dataset_id, is_included)
select participant_id, dataset_id, is_included
from dataset_participants
where participant_id in (:old_id, :new_id)
    and dataset_id in (select dataset_id from dataset_participants where participant_id = :old_id)
except
select old_participant_id, dataset_id, is_included
from merged_datasets
where old_participant_id in (:old_id, :new_id)

-- The datasets that listed a merged account, and still list its person, list it again.
-- Params: old_id, new_id
insert into dataset_participants (participant_id, dataset_id, is_included)
select old_participant_id, dataset_id, is_included
from merged_datasets
where old_participant_id = :old_id
    and dataset_id in (select dataset_id from dataset_participants where participant_id = :new_id)

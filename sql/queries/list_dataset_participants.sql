-- The people whom a dataset's recipe names.
-- Grain: participant_id
-- Params: dataset_id
-- Order: participant_id
select
    dataset_participants.participant_id,
    participants.display_name,
    dataset_participants.is_included
from dataset_participants
join participants on participants.participant_id = dataset_participants.participant_id
where dataset_participants.dataset_id = :dataset_id
order by dataset_participants.participant_id

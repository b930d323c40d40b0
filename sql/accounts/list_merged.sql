-- An account of an owner's that was merged into another.
-- Grain: old_participant_id
-- Params: owner_id
-- Order: old_participant_id
select
    old_participant_id as old_id,
    participant_id as new_id
from merged_participants
where owner_id = :owner_id
order by old_participant_id

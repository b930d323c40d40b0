-- Whose archives these are, and which person in them that is.
-- Grain: owner_id
-- Order: label
select
    owners.owner_id,
    owners.label,
    participants.participant_id as self_participant_id,
    participants.display_name as self_name
from owners
left join participants on participants.participant_id = owners.self_participant_id
order by owners.label, owners.owner_id

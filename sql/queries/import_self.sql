-- Who an owner is, and how that is known.
-- Grain: owner_id
-- Params: owner_id
select
    owners.owner_id,
    owners.self_evidence,
    participants.display_name
from owners
left join participants on participants.participant_id = owners.self_participant_id
where owners.owner_id = :owner_id

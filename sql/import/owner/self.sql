-- Who an owner is, and how that is known; of an account that was merged by hand, the person it belongs to.
-- Grain: owner_id
-- Params: owner_id
select
    owners.owner_id,
    owners.self_evidence,
    participants.display_name
from owners
left join merged_participants on merged_participants.old_participant_id = owners.self_participant_id
left join participants
    on participants.participant_id = coalesce(merged_participants.participant_id, owners.self_participant_id)
where owners.owner_id = :owner_id

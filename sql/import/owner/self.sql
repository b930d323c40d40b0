-- Who an owner is, and how that is known; of an account that was merged by hand, the person it belongs to.
-- Grain: owner_id
-- Params: owner_id
select owners.owner_id, self_evidence, participants.display_name
from owners
left join merged_participants as merged on merged.old_participant_id = self_participant_id
left join participants on participants.participant_id = coalesce(merged.participant_id, self_participant_id)
where owners.owner_id = :owner_id

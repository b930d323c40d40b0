-- An owner's accounts that were merged by hand are people of their own again.
-- Params: owner_id
insert into participants (participant_id, owner_id, display_name, is_self, is_anonymous, named_at_ms)
select
    merged_participants.old_participant_id,
    merged_participants.owner_id,
    merged_participants.display_name,
    merged_participants.is_self and kept.is_self,
    merged_participants.is_anonymous,
    merged_participants.named_at_ms
from merged_participants
inner join participants as kept on kept.participant_id = merged_participants.participant_id
where merged_participants.owner_id = :owner_id
    and merged_participants.old_participant_id not in (select participants.participant_id from participants)

-- One account is merged into another, as the user says.
-- Params: old_id, new_id
insert into merged_participants (old_participant_id, participant_id, owner_id, display_name, is_self, is_anonymous)
select participant_id, :new_id, owner_id, display_name, is_self, is_anonymous
from participants
where participant_id = :old_id

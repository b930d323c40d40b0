-- One person, with the owner of the archives who knows them.
-- Grain: participant_id
-- Params: participant_id
select
    participants.participant_id,
    participants.display_name,
    participants.is_self,
    participants.is_anonymous,
    participants.owner_id,
    owners.label as owner
from participants
join owners on owners.owner_id = participants.owner_id
where participants.participant_id = :participant_id

-- The names of an owner's people, as the importer looks them up.
-- Grain: participant_id, name, source
-- Params: owner_id
select
    participants.participant_id,
    participants.is_anonymous,
    participant_names.name,
    participant_names.source
from participants
inner join participant_names on participant_names.participant_id = participants.participant_id
where participants.owner_id = :owner_id
order by participants.participant_id, participant_names.source

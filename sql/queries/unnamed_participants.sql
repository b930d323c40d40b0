-- Participants whose display name was not made into a slug yet.
-- Grain: participant_id
-- Order: owner_id, participant_id
select
    participants.owner_id,
    participants.participant_id,
    participants.display_name
from participants
left join participant_slugs
    on participant_slugs.participant_id = participants.participant_id
    and participant_slugs.made_from = participants.display_name
    and participant_slugs.is_current
where participant_slugs.participant_id is null
order by participants.owner_id, participants.participant_id

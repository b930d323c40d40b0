-- The people who have or had a name, or who have an id.
-- Grain: id
-- Params: name (an exact name, or an id in decimal digits)
select
    participants.participant_id as id,
    participants.display_name as name,
    owners.label as owner
from participants
join owners on owners.owner_id = participants.owner_id
where
    participants.display_name = :name
    or cast(participants.participant_id as varchar) = :name
    or participants.participant_id in (
        select participant_names.participant_id from participant_names where participant_names.name = :name
    )
order by participants.participant_id

-- Slugs of a person who is not there, and people with several for one name, who would speak twice in a turn (slug is
-- null).
-- Grain: participant_id, slug
select
    participant_slugs.participant_id,
    participant_slugs.slug
from participant_slugs
left join participants
    on participants.participant_id = participant_slugs.participant_id
    and participants.owner_id = participant_slugs.owner_id
where participants.participant_id is null
union all
select
    participant_id,
    null as slug
from participant_slugs
where is_current
group by participant_id, made_from
having count(*) > 1

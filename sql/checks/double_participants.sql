-- Names that two participants of one owner share. Deleted accounts, one for each thread, and empty names may.
-- Grain: owner_id, display_name
select
    owner_id,
    display_name,
    count(*) as participant_count
from participants
where not is_anonymous
    and display_name <> ''
    -- Namesakes that were split by hand are two people.
    and participants.participant_id not in (
        select participant_names.participant_id
        from participant_names
        where participant_names.source = 'split'
    )
group by owner_id, display_name
having count(*) > 1

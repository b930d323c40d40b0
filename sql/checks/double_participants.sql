-- Names that two participants of one owner share. Deleted accounts, one for each thread, and empty names may.
-- Grain: owner_id, display_name
select
    owner_id,
    display_name,
    count(*) as participant_count
from participants
where not is_anonymous
    and display_name <> ''
group by owner_id, display_name
having count(*) > 1

-- The names of an owner's people, as the importer looks them up.
-- Grain: participant_id, name, source
-- Order: those known first come first; who has a name since namesakes were split comes after the others of that name
-- Params: owner_id
select participant_id, is_anonymous, name, names.source
from participants
inner join participant_names as names using (participant_id)
left join (
    select distinct participant_id, name, 1 as is_split from participant_names where source = 'split'
) as splits using (participant_id, name)
left join (
    select participant_id, min(first_import_id) as first_import_id
    from thread_participants
    inner join thread_keys using (thread_id)
    group by participant_id
) as first_seen using (participant_id)
where owner_id = :owner_id
order by coalesce(is_split, 0), first_import_id nulls last, participant_id, names.source

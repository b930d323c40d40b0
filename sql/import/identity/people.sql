-- The names of an owner's people, as the importer looks them up.
-- Grain: participant_id, name, source
-- Order: those known first come first; who has a name since namesakes were split comes after the others of that name
-- Params: owner_id
with

split_names as (
    select distinct
        participant_id,
        name
    from participant_names
    where source = 'split'
),

first_seen as (
    select
        thread_participants.participant_id,
        min(thread_keys.first_import_id) as first_import_id
    from thread_participants
    inner join thread_keys on thread_keys.thread_id = thread_participants.thread_id
    group by thread_participants.participant_id
)

select
    participants.participant_id,
    participants.is_anonymous,
    participant_names.name,
    participant_names.source
from participants
inner join participant_names on participant_names.participant_id = participants.participant_id
left join split_names
    on split_names.participant_id = participant_names.participant_id
    and split_names.name = participant_names.name
left join first_seen on first_seen.participant_id = participants.participant_id
where participants.owner_id = :owner_id
order by
    case when split_names.participant_id is null then 0 else 1 end,
    coalesce(first_seen.first_import_id, 4611686018427387904),
    participants.participant_id,
    participant_names.source

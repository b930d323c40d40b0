-- Chats of two that were encrypted: exactly one thread from before and one from after the change, with the same two names.
-- Source: FORMATS.md section 4.2, rule 4.
-- Grain: before_thread_id
-- Params: owner_id
with

-- A name is nobody's but one person's until namesakes are split; a deleted account has none.
members as (
    select
        thread_participants.thread_id,
        case
            when people.is_anonymous then cast(people.participant_id as varchar)
            else people.display_name
        end as name
    from thread_participants
    left join merged_participants
        on merged_participants.old_participant_id = thread_participants.participant_id
    inner join participants as people
        on people.participant_id
        = coalesce(merged_participants.participant_id, thread_participants.participant_id)
),

pairs as (
    select
        threads.thread_id,
        threads.source,
        threads.section,
        min(members.name) as first_name,
        max(members.name) as second_name
    from threads
    inner join members on members.thread_id = threads.thread_id
    where threads.owner_id = :owner_id
        and threads.kind = 'direct'
    group by threads.thread_id, threads.source, threads.section
    having count(*) = 2
),

before_encryption as (
    select
        first_name,
        second_name,
        min(thread_id) as thread_id
    from pairs
    where section = 'e2ee_cutover'
    group by first_name, second_name
    having count(*) = 1
),

after_encryption as (
    select
        first_name,
        second_name,
        min(thread_id) as thread_id
    from pairs
    where source = 'secure_storage'
        and coalesce(section, '') <> 'e2ee_cutover'
    group by first_name, second_name
    having count(*) = 1
),

first_seen as (
    select
        thread_id,
        min(first_import_id) as first_import_id
    from thread_keys
    group by thread_id
)

select
    before_encryption.thread_id as before_thread_id,
    after_encryption.thread_id as after_thread_id,
    before_seen.first_import_id as before_import_id,
    after_seen.first_import_id as after_import_id
from before_encryption
inner join after_encryption
    on after_encryption.first_name = before_encryption.first_name
    and after_encryption.second_name = before_encryption.second_name
inner join first_seen as before_seen on before_seen.thread_id = before_encryption.thread_id
inner join first_seen as after_seen on after_seen.thread_id = after_encryption.thread_id
order by before_encryption.thread_id

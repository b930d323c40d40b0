-- Chats of two that were encrypted: exactly one thread from before and one from after the change, with the same people.
-- Source: FORMATS.md section 4.2, rule 4.
-- Grain: old_thread_id
-- Params: owner_id
with

pairs as (
    select
        threads.thread_id,
        threads.source,
        threads.section,
        min(thread_participants.participant_id) as first_participant_id,
        max(thread_participants.participant_id) as second_participant_id
    from threads
    inner join thread_participants on thread_participants.thread_id = threads.thread_id
    where threads.owner_id = :owner_id
        and threads.kind = 'direct'
    group by threads.thread_id, threads.source, threads.section
    having count(*) = 2
),

before_encryption as (
    select
        first_participant_id,
        second_participant_id,
        min(thread_id) as thread_id
    from pairs
    where section = 'e2ee_cutover'
    group by first_participant_id, second_participant_id
    having count(*) = 1
),

after_encryption as (
    select
        first_participant_id,
        second_participant_id,
        min(thread_id) as thread_id
    from pairs
    where source = 'secure_storage'
        and coalesce(section, '') <> 'e2ee_cutover'
    group by first_participant_id, second_participant_id
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
    on after_encryption.first_participant_id = before_encryption.first_participant_id
    and after_encryption.second_participant_id = before_encryption.second_participant_id
inner join first_seen as before_seen on before_seen.thread_id = before_encryption.thread_id
inner join first_seen as after_seen on after_seen.thread_id = after_encryption.thread_id
order by before_encryption.thread_id

-- Chats of two that were encrypted: exactly one thread from before and one from after the change, with the same two names.
-- Source: FORMATS.md section 4.2, rule 4.
-- Grain: before_thread_id
-- Params: owner_id
with

-- A name is nobody's but one person's until namesakes are split; a deleted account has none.
members as (
    select
        thread_id,
        case when people.is_anonymous then cast(people.participant_id as varchar) else people.display_name end as name
    from thread_participants as members
    left join merged_participants as merged on merged.old_participant_id = members.participant_id
    inner join participants as people
        on people.participant_id = coalesce(merged.participant_id, members.participant_id)
),

chats as (
    select
        min(name) as first_name,
        max(name) as second_name,
        case when section = 'e2ee_cutover' then thread_id end as before_id,
        case when source = 'secure_storage' and coalesce(section, '') <> 'e2ee_cutover' then thread_id end as after_id
    from threads
    inner join members using (thread_id)
    where owner_id = :owner_id
        and kind = 'direct'
    group by thread_id, source, section
    having count(*) = 2
),

pairs as (
    select min(before_id) as before_thread_id, min(after_id) as after_thread_id
    from chats
    group by first_name, second_name
    having count(before_id) = 1 and count(after_id) = 1
)

select
    before_thread_id, after_thread_id,
    (select min(first_import_id) from thread_keys where thread_id = before_thread_id) as before_import_id,
    (select min(first_import_id) from thread_keys where thread_id = after_thread_id) as after_import_id
from pairs
order by before_thread_id

-- The same of a chat of two, named after the other as such chats are: who is not the one of two, whom both sides have, is
-- the other, though no two downloads share a word of theirs. A group of which two people are left has a name of its own.
-- Source: FORMATS.md section 4.2, rule 2.
-- Grain: thread_id
-- Params: import_id
with

people as (
    select thread_id, participant_id, true as is_staged from staged_people
    union all
    select thread_id, participant_id, false as is_staged
    from thread_participants
    inner join threads using (thread_id)
    where kind = 'direct'
),

pairs as (
    select
        thread_id,
        max(case when not is_stored then participant_id end) as staged_id,
        max(case when not is_staged then participant_id end) as stored_id
    from (
        select thread_id, participant_id, bool_or(is_staged) as is_staged, bool_or(not is_staged) as is_stored
        from people
        group by thread_id, participant_id
    ) as sides
    group by thread_id
    having count(*) = 3 and count(case when is_staged then 1 end) = 2 and count(case when is_stored then 1 end) = 2
)

select
    thread_id, staged_id, stored_id,
    thread_id not in (select distinct stored_messages.thread_id from stored_messages where not is_newer) as is_newer
from pairs
where thread_id not in (select staged_threads.thread_id from staged_threads where is_group)
    -- Found by a key that was known, and not by words that several chats may hold.
    and thread_id in (
        select staged_keys.thread_id
        from staged_keys
        inner join thread_keys using (thread_id, source, key_kind, key_value)
        where first_import_id <> :import_id
    )
    and exists (
        select 1 from staged_threads
        where staged_threads.thread_id = pairs.thread_id
            and (title = '' or title in (select name from participant_names where participant_id = staged_id))
    )

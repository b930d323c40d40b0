-- People who are in every chat of an owner, when there are at least two chats. is_in_title: a chat of two is named after
-- the person, as it is after the other one; is_known_guess: an earlier import took the person for the owner.
-- Grain: participant_id
-- Params: owner_id
with

chats as (
    -- Accounts that were merged by hand are one person.
    select distinct
        threads.thread_id,
        threads.title,
        threads.kind,
        coalesce(merged_participants.participant_id, thread_participants.participant_id) as participant_id
    from threads
    inner join thread_participants on thread_participants.thread_id = threads.thread_id
    left join merged_participants
        on merged_participants.old_participant_id = thread_participants.participant_id
    where threads.owner_id = :owner_id
),

totals as (
    select count(distinct thread_id) as thread_count
    from chats
),

everywhere as (
    select chats.participant_id
    from chats
    cross join totals
    where totals.thread_count >= 2
    group by chats.participant_id, totals.thread_count
    having count(*) = totals.thread_count
)

select
    participants.participant_id,
    exists (
        select 1
        from chats
        inner join participant_names on participant_names.participant_id = chats.participant_id
        where chats.participant_id = participants.participant_id
            and chats.kind = 'direct'
            and chats.title = participant_names.name
    ) as is_in_title,
    participants.is_self as is_known_guess
from everywhere
inner join participants on participants.participant_id = everywhere.participant_id
order by participants.participant_id

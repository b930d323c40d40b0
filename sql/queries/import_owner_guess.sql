-- People who are in every chat of an owner, when there are at least two chats.
-- Grain: participant_id
-- Params: owner_id
with

chats as (
    -- Accounts that were merged by hand are one person.
    select distinct
        threads.thread_id,
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
)

select chats.participant_id
from chats
cross join totals
where totals.thread_count >= 2
group by chats.participant_id, totals.thread_count
having count(*) = totals.thread_count
order by chats.participant_id

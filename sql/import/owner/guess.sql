-- People who are in every chat of an owner, when there are at least two chats. is_in_title: a chat of two is named after
-- the person, as it is after the other one; is_known_guess: an earlier import took the person for the owner.
-- Grain: participant_id
-- Params: owner_id
with chats as (
    -- Accounts that were merged by hand are one person.
    select distinct thread_id, title, kind, coalesce(merged.participant_id, members.participant_id) as participant_id
    from threads
    inner join thread_participants as members using (thread_id)
    left join merged_participants as merged on merged.old_participant_id = members.participant_id
    where threads.owner_id = :owner_id
)

select
    participant_id,
    participant_id in (
        select chats.participant_id
        from chats
        inner join participant_names as names on names.participant_id = chats.participant_id and name = title
        where kind = 'direct'
    ) as is_in_title,
    is_self as is_known_guess
from participants
where participant_id in (
        select chats.participant_id
        from chats
        group by chats.participant_id
        having count(*) >= 2 and count(*) = (select count(distinct thread_id) from chats)
    )
order by participant_id

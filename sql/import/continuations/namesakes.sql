-- People of a chat who are in its continuation by a namesake: both are of one name, each in one of two threads alone.
-- Grain: old_participant_id
-- Params: old_id, new_id (threads)
with members as (
    select participant_id, display_name, min(thread_id) as thread_id
    from thread_participants
    inner join participants using (participant_id)
    where thread_id in (:old_id, :new_id) and not is_anonymous
    group by participant_id, display_name
    having count(*) = 1
)

select olds.participant_id as old_participant_id, news.participant_id as new_participant_id
from members as olds
inner join members as news using (display_name)
where olds.thread_id = :old_id and news.thread_id = :new_id
order by olds.participant_id

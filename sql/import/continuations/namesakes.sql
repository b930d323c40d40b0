-- People of a chat who are in its continuation by a namesake: both are of one name, each in one of two threads alone.
-- Grain: old_participant_id
-- Params: old_id, new_id (threads)
with

members as (
    select
        thread_participants.thread_id,
        participants.participant_id,
        participants.display_name
    from thread_participants
    inner join participants on participants.participant_id = thread_participants.participant_id
    where thread_participants.thread_id in (:old_id, :new_id)
        and not participants.is_anonymous
)

select
    olds.participant_id as old_participant_id,
    news.participant_id as new_participant_id
from members as olds
inner join members as news on news.display_name = olds.display_name
where olds.thread_id = :old_id
    and news.thread_id = :new_id
    and olds.participant_id not in (select participant_id from members where thread_id = :new_id)
    and news.participant_id not in (select participant_id from members where thread_id = :old_id)
order by olds.participant_id

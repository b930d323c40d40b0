-- The people of one thread.
-- Grain: participant_id
-- Params: thread_id
-- Order: the owner of the archives last, then participant_id
select
    participants.participant_id,
    participants.display_name,
    participants.is_self
from thread_participants
join participants on participants.participant_id = thread_participants.participant_id
where thread_participants.thread_id = :thread_id
order by participants.is_self, participants.participant_id

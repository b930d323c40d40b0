-- The names of the people in an owner's threads.
-- Grain: thread_id, participant_id, name
-- Params: owner_id
select distinct thread_id, participant_id, name
from thread_participants
inner join threads using (thread_id)
inner join participant_names using (participant_id)
where owner_id = :owner_id

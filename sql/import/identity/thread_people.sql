-- The names of the people in an owner's threads.
-- Grain: thread_id, participant_id, name
-- Params: owner_id
select distinct
    thread_participants.thread_id,
    thread_participants.participant_id,
    participant_names.name
from thread_participants
inner join threads on threads.thread_id = thread_participants.thread_id
inner join participant_names on participant_names.participant_id = thread_participants.participant_id
where threads.owner_id = :owner_id

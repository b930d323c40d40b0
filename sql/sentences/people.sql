-- The names of everybody in a chat, and whose the archives are.
-- Grain: name, repeated
-- Params: thread_id
select
    participant_names.name,
    participants.is_self
from thread_participants
inner join participants on participants.participant_id = thread_participants.participant_id
inner join participant_names on participant_names.participant_id = thread_participants.participant_id
where thread_participants.thread_id = :thread_id

-- Rows of thread_participants whose thread or participant is not there, and senders that are not listed in their thread.
-- Grain: thread_id, participant_id
select
    thread_participants.thread_id,
    thread_participants.participant_id
from thread_participants
left join threads
    on threads.thread_id = thread_participants.thread_id
left join participants
    on participants.participant_id = thread_participants.participant_id
where threads.thread_id is null
    or participants.participant_id is null
union all
select distinct
    messages.thread_id,
    messages.participant_id
from messages
left join thread_participants
    on thread_participants.thread_id = messages.thread_id
    and thread_participants.participant_id = messages.participant_id
where thread_participants.thread_id is null

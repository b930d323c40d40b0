-- Messages of a participant that is not there.
-- Grain: thread_id, message_id
select
    messages.thread_id,
    messages.message_id,
    messages.participant_id
from messages
left join participants
    on participants.participant_id = messages.participant_id
where participants.participant_id is null

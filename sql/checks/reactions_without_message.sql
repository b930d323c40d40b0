-- Reactions to a message that is not there, or of a participant that is not there.
-- Grain: thread_id, message_id, participant_id, emoji
select
    reactions.thread_id,
    reactions.message_id,
    reactions.participant_id,
    reactions.emoji
from reactions
left join messages
    on messages.thread_id = reactions.thread_id
    and messages.message_id = reactions.message_id
left join participants
    on participants.participant_id = reactions.participant_id
where messages.message_id is null
    or participants.participant_id is null

-- What people typed in one thread, oldest first.
-- Grain: message_id
-- Params: thread_id
-- Order: sent_at_ms, ordinal
select
    text_messages.message_id,
    participants.display_name,
    text_messages.body,
    text_messages.sent_at_ms
from text_messages
inner join participants on participants.participant_id = text_messages.participant_id
where text_messages.thread_id = :thread_id
order by text_messages.sent_at_ms, text_messages.ordinal

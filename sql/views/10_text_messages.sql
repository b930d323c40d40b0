-- What a person typed: the messages that training may see.
-- Grain: thread_id, message_id
create or replace view text_messages as
select
    message_id,
    bucket,
    thread_id,
    participant_id,
    sent_at_ms,
    ordinal,
    body
from messages
where kind = 'text'

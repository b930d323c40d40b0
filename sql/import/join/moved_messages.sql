-- What is left is the old thread's alone: its people may have proved to be others, its times to be known better, and its
-- place to be another.
-- Params: old_id
update messages
set
    participant_id = staged_messages.participant_id,
    sent_at_ms = staged_messages.sent_at_ms,
    sent_at = staged_messages.sent_at,
    ordinal = staged_messages.ordinal
from joined_messages
inner join staged_messages on staged_messages.staged_no = joined_messages.staged_no
where messages.thread_id = :old_id
    and messages.message_id = joined_messages.message_id
    and (
        messages.participant_id <> staged_messages.participant_id
        or messages.sent_at_ms <> staged_messages.sent_at_ms
        or messages.ordinal <> staged_messages.ordinal
    )

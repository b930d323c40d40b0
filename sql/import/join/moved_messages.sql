-- What is left is the old thread's alone: its people may have proved to be others, its times to be known better, and its
-- place to be another.
-- Params: old_id
update messages
set
    participant_id = staged.participant_id, sent_at_ms = staged.sent_at_ms, sent_at = staged.sent_at,
    ordinal = staged.ordinal
from staged_messages as staged
where messages.thread_id = :old_id and messages.message_id = staged_no

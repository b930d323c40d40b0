-- The messages that stand on one line of an export, in the order of sending.
-- Grain: thread_id, message_id
-- Params: export_id, line_no
-- Order: sent_at_ms, ordinal
select
    export_messages.export_id,
    export_messages.line_no,
    export_messages.thread_id,
    threads.title as thread_title,
    export_messages.message_id,
    participants.display_name,
    messages.sent_at,
    messages.body
from export_messages
inner join messages
    on messages.thread_id = export_messages.thread_id
    and messages.message_id = export_messages.message_id
inner join threads on threads.thread_id = export_messages.thread_id
inner join participants on participants.participant_id = messages.participant_id
where
    export_messages.export_id = :export_id
    and export_messages.line_no = :line_no
order by messages.sent_at_ms, messages.ordinal

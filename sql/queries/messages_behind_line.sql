-- The messages behind a line of a file that was exported here.
-- Grain: thread_id, message_id
-- Params: sha256 (of the file), line_no
-- Order: sent_at_ms, ordinal
select
    export_messages.export_id,
    export_messages.line_no,
    export_messages.thread_id,
    threads.title,
    export_messages.message_id,
    participants.display_name,
    messages.sent_at,
    messages.body,
    export_messages.is_trained
from export_messages
join messages
    on messages.thread_id = export_messages.thread_id
    and messages.message_id = export_messages.message_id
join threads
    on threads.thread_id = messages.thread_id
join participants
    on participants.participant_id = messages.participant_id
where export_messages.export_id = (select max(exports.export_id) from exports where exports.sha256 = :sha256)
    and export_messages.line_no = :line_no
order by messages.sent_at_ms, messages.ordinal

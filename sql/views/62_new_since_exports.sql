-- What is new since each export: text messages that an import brought after it was written.
-- Of an import that was going on then (PostgreSQL), all messages that do not stand on its lines.
-- Grain: export_id, thread_id, message_id
create or replace view new_since_exports as
select
    exports.export_id,
    exports.dataset_id,
    messages.bucket,
    messages.thread_id,
    messages.message_id,
    messages.participant_id,
    messages.sent_at,
    messages.body
from exports
join messages
    on messages.first_import_id > exports.last_import_id
left join export_messages
    on export_messages.export_id = exports.export_id
    and export_messages.thread_id = messages.thread_id
    and export_messages.message_id = messages.message_id
where messages.kind = 'text'
    and export_messages.message_id is null

-- What is new since each export: text messages that an import brought after it was written.
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
where messages.kind = 'text'

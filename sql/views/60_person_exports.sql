-- Which files contain words of which person.
-- Grain: participant_id, export_id
create or replace view person_exports as
select
    messages.participant_id,
    participants.display_name,
    exports.export_id,
    exports.dataset_id,
    exports.path,
    exports.format,
    exports.split,
    exports.created_at,
    count(distinct export_messages.line_no) as line_count,
    count(*) as message_count,
    cast(sum(case when export_messages.is_trained then 1 else 0 end) as bigint) as trained_count
from exports
join export_messages
    on export_messages.export_id = exports.export_id
join messages
    on messages.thread_id = export_messages.thread_id
    and messages.message_id = export_messages.message_id
join participants
    on participants.participant_id = messages.participant_id
group by
    messages.participant_id,
    participants.display_name,
    exports.export_id,
    exports.dataset_id,
    exports.path,
    exports.format,
    exports.split,
    exports.created_at

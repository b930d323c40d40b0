-- Exported messages that now belong to the other split. New messages never move a conversation; older ones do when
-- they change the day it began. Train no further on such an export.
-- Grain: dataset_id, thread_id, message_id
select
    dataset_id,
    thread_id,
    message_id
from (
    select dataset_id, thread_id, message_id, split
    from dataset_example_messages
    union all
    select exports.dataset_id, export_messages.thread_id, export_messages.message_id, exports.split
    from exports
    join export_messages
        on export_messages.export_id = exports.export_id
    where exports.split is not null
) as now_and_then
group by dataset_id, thread_id, message_id
having min(split) <> max(split)

-- How many people have written a message that stands in one of two exports.
-- Grain: one row
-- Params: export_id; validation_export_id, null without one
with

exported as (
    select distinct
        export_messages.thread_id,
        export_messages.message_id
    from export_messages
    where
        export_messages.export_id = :export_id
        or export_messages.export_id = cast(:validation_export_id as bigint)
)

select count(distinct messages.participant_id) as people_count
from exported
inner join messages
    on messages.thread_id = exported.thread_id
    and messages.message_id = exported.message_id

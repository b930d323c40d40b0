-- The people whose messages stand in one of two exports, those with most messages first.
-- Grain: participant_id
-- Params: export_id, validation_export_id (null without one)
-- Order: message_count descending, participant_id
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

select
    participants.participant_id,
    participants.display_name,
    participants.is_self,
    count(*) as message_count
from exported
inner join messages
    on messages.thread_id = exported.thread_id
    and messages.message_id = exported.message_id
inner join participants on participants.participant_id = messages.participant_id
group by participants.participant_id, participants.display_name, participants.is_self
order by message_count desc, participants.participant_id

-- How much each person wrote, and when first and last.
-- Grain: participant_id
create or replace view activity_by_person as
select
    participants.participant_id,
    participants.owner_id,
    participants.display_name,
    participants.is_self,
    count(*) as message_count,
    cast(sum(case when messages.kind = 'text' then 1 else 0 end) as bigint) as text_count,
    cast(sum(case when messages.kind = 'text' then length(messages.body) else 0 end) as bigint) as char_count,
    count(distinct messages.thread_id) as thread_count,
    min(messages.sent_at) as first_at,
    max(messages.sent_at) as last_at
from messages
join participants
    on participants.participant_id = messages.participant_id
group by participants.participant_id, participants.owner_id, participants.display_name, participants.is_self

-- The people who wrote most.
-- Grain: participant_id
-- Params: limit
-- Order: most messages first
select
    participant_id,
    display_name,
    message_count,
    text_count,
    thread_count
from activity_by_person
order by message_count desc, participant_id
limit :limit

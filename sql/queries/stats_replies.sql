-- How long those took to answer who answered most.
-- Grain: participant_id
-- Params: limit
-- Order: most answers first
select
    participant_id,
    display_name,
    reply_count,
    median_reply_ms,
    mean_reply_ms
from reply_times_by_person
order by reply_count desc, participant_id
limit :limit

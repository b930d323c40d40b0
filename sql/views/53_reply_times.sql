-- How long people took to answer: each turn after one of somebody else in the same chat, and the milliseconds between
-- the end of the one and the beginning of the other.
-- Grain: thread_id, turn_no (of the answer)
create or replace view reply_times as
with

neighbours as (
    select
        *,
        lag(participant_id) over (partition by bucket, thread_id order by turn_no) as answered_participant_id,
        lag(ended_at_ms) over (partition by bucket, thread_id order by turn_no) as answered_at_ms
    from turns
)

select
    bucket,
    thread_id,
    turn_no,
    participant_id,
    answered_participant_id,
    started_at_ms - answered_at_ms as reply_ms
from neighbours
where answered_at_ms is not null

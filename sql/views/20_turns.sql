-- Turns: neighbouring messages of one participant in a thread, joined by newlines into one body. For analysis by
-- hand; no dataset is needed.
-- Grain: thread_id, turn_no (from 1 in time order)
create or replace view turns as
with

neighbours as (
    select
        *,
        lag(participant_id) over (
            partition by bucket, thread_id order by sent_at_ms, ordinal
        ) as previous_participant_id
    from text_messages
),

numbered as (
    select
        *,
        -- A running count of changes gives every message of one turn the same number.
        cast(sum(case when participant_id = previous_participant_id then 0 else 1 end) over (
            partition by bucket, thread_id order by sent_at_ms, ordinal
        ) as bigint) as turn_no
    from neighbours
)

select
    bucket,
    thread_id,
    turn_no,
    min(participant_id) as participant_id,
    string_agg(body, chr(10) order by sent_at_ms, ordinal) as body,
    count(*) as message_count,
    min(sent_at_ms) as started_at_ms,
    max(sent_at_ms) as ended_at_ms
from numbered
group by bucket, thread_id, turn_no

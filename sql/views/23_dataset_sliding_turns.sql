-- The turns of sliding datasets, with the windows (examples) that each stands in.
-- Grain: dataset_id, thread_id, turn_no (from 1 in time order)
create or replace view dataset_sliding_turns as
select
    dataset_id,
    bucket,
    thread_id,
    turn_no,
    min(role) as role,
    case
        when count(*) = 1 then min(piece)
        else trim(
            leading chr(9) || chr(10) || chr(13) || ' '
            from string_agg(piece, '' order by sent_at_ms, ordinal)
        )
    end as content,
    cast(sum(token_count) as bigint) + 4 as token_count,
    count(*) as message_count,
    min(sent_at_ms) as started_at_ms,
    max(sent_at_ms) as ended_at_ms,
    string_agg(' ' || cast(message_id as varchar), '' order by sent_at_ms, ordinal) as message_ids,
    max(case when place_no = 1 then message_id end) as first_message_id,
    max(case when place_no = place_count then message_id end) as last_message_id,
    min(system_turn_count) as system_turn_count,
    min(began_on) as began_on,
    min(split) as split,
    min(first_example_no) as first_example_no,
    min(last_example_no) as last_example_no
from dataset_sliding_messages
group by dataset_id, bucket, thread_id, turn_no

-- The exchanges of each example, context first. distance tells them apart: 0 for an exchange of the example's own
-- chunk; 1 or 2 for context, which the chunk begins so many exchanges after, and which is not trained.
-- Grain: dataset_id, thread_id, example_no, place_no (from 1 in time order)
create or replace view dataset_example_exchanges as
with

distances as (
    select 0 as distance
    union all select 1
    union all select 2
),

placed as (
    select
        dataset_exchange_uses.*,
        distance,
        case distance
            when 0 then example_no
            when 1 then context_example_no_1
            else context_example_no_2
        end as used_example_no,
        case distance
            when 0 then place_no
            when 1 then context_place_no_1
            else context_place_no_2
        end as used_place_no
    from dataset_exchange_uses
    cross join distances
)

select
    dataset_id,
    bucket,
    thread_id,
    used_example_no as example_no,
    used_place_no as place_no,
    exchange_no,
    distance,
    case distance when 0 then is_trained else 0 end as is_trained,
    case distance when 0 then is_last else 0 end as is_last,
    began_on,
    split,
    system_turn_count,
    prompt_slug,
    prompt,
    reply,
    prompt_tokens,
    reply_tokens,
    first_message_id,
    last_message_id,
    prompt_message_ids,
    reply_message_ids
from placed
where used_example_no is not null

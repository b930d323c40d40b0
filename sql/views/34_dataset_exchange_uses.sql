-- Where each exchange of a dataset stands: in the example of its own chunk (example_no, place_no), and as context in
-- the examples of chunks that begin one or two exchanges later; or why it stands in none (reason).
-- Grain: dataset_id, thread_id, exchange_no
create or replace view dataset_exchange_uses as
with

calls as (
    -- Only the first exchange of a chunk calls for context.
    select
        *,
        case when exchange_no = first_exchange_no then example_no end as opened_example_no,
        case when exchange_no = first_exchange_no then context_count else 0 end as called_count
    from dataset_chunk_exchanges
),

answers as (
    select
        *,
        lead(opened_example_no) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as opened_example_no_1,
        lead(called_count) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as called_count_1,
        -- A frame of one row, since DuckDB 1.5 cannot read a view of 2.0 that names an offset of lead.
        first_value(opened_example_no) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
            rows between 2 following and 2 following
        ) as opened_example_no_2,
        first_value(called_count) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
            rows between 2 following and 2 following
        ) as called_count_2
    from calls
),

uses as (
    select
        *,
        case when called_count_1 >= 1 then opened_example_no_1 end as context_example_no_1,
        case when called_count_2 >= 2 then opened_example_no_2 end as context_example_no_2
    from answers
)

select
    dataset_id,
    bucket,
    thread_id,
    exchange_no,
    conversation_no,
    segment_no,
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
    reply_message_ids,
    is_trained,
    case when exchange_no = last_exchange_no then 1 else 0 end as is_last,
    -- Places count the exchanges of an example from 1, context included.
    example_no,
    context_count + exchange_no - first_exchange_no + 1 as place_no,
    context_example_no_1,
    called_count_1 as context_place_no_1,
    context_example_no_2,
    called_count_2 - 1 as context_place_no_2,
    case
        when reason is not null then reason
        when coalesce(example_no, context_example_no_1, context_example_no_2) is not null then null
        when is_duplicate = 1 then 'duplicate'
        else 'reply_too_short'
    end as reason
from uses

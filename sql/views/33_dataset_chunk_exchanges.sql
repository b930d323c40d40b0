-- The exchanges of a dataset, packed into chunks: neighbours that share an example (example_no from 1 in the thread,
-- with a hole for each duplicate; null where no reply of the chunk is trained, or the example is a duplicate), and how
-- many exchanges before the chunk go along as its context.
-- Grain: dataset_id, thread_id, exchange_no
create or replace view dataset_chunk_exchanges as
with

judged as (
    select
        dataset_exchanges.*,
        datasets.max_turns,
        datasets.context_exchanges,
        case when reason is null and reply_chars >= datasets.min_assistant_chars then 1 else 0 end as is_trained,
        -- Left out, or too large to share a chunk.
        case when reason is not null or token_count * 2 > capacity_tokens then 1 else 0 end as is_alone
    from dataset_exchanges
    join datasets
        on datasets.dataset_id = dataset_exchanges.dataset_id
),

neighbours as (
    select
        *,
        lag(conversation_no) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as previous_conversation_no,
        lag(reason) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as previous_reason,
        lag(is_alone) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as previous_is_alone,
        lag(token_count) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as previous_token_count,
        cast(sum(token_count) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as bigint) - token_count as tokens_before
    from judged
),

segment_starts as (
    -- A segment is what was said in sequence: a new conversation begins one, an exchange left out ends one.
    select
        *,
        case
            when reason is null and previous_reason is null and conversation_no = previous_conversation_no then 0
            else 1
        end as is_segment_start
    from neighbours
),

followers as (
    select
        *,
        case when is_segment_start = 0 then previous_token_count end as tokens_one_before
    from segment_starts
),

segments as (
    select
        *,
        cast(sum(is_segment_start) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as bigint) as segment_no,
        -- A run is the part of a segment between exchanges that stand alone.
        cast(sum(case when is_segment_start + is_alone + previous_is_alone > 0 then 1 else 0 end) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as bigint) as run_no,
        lag(tokens_one_before) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as previous_one_before
    from followers
),

offsets as (
    -- Windows from here on ask for no order: exchanges are numbered without holes, and sums go over the whole thread,
    -- so places and tokens in a run are differences.
    select
        *,
        case when is_segment_start = 0 then previous_one_before end as tokens_two_before,
        tokens_before - min(tokens_before) over (
            partition by dataset_id, bucket, thread_id, run_no
        ) as start_tokens,
        max(token_count) over (
            partition by dataset_id, bucket, thread_id, run_no
        ) as widest_tokens
    from segments
),

cells as (
    -- Exchanges that start in the same cell end at most one widest exchange behind it. So a cell leaves room for that
    -- one, and for as much context; or it is half the capacity, which no exchange in a shared chunk exceeds.
    select
        *,
        case
            when is_alone = 1 then 0
            else cast(floor(start_tokens * 1.0 / greatest(
                capacity_tokens / 2.0,
                capacity_tokens - (1 + context_exchanges) * widest_tokens
            )) as bigint)
        end as cell_no
    from offsets
),

placed as (
    select
        *,
        exchange_no - min(exchange_no) over (
            partition by dataset_id, bucket, thread_id, run_no, cell_no
        ) as place_in_cell
    from cells
),

parts as (
    -- Each exchange is two turns.
    select
        *,
        case when max_turns is null then 0 else cast(floor(place_in_cell * 2.0 / max_turns) as bigint) end as part_no,
        case
            when place_in_cell = 0 then 1
            when floor(place_in_cell * 2.0 / max_turns) > floor((place_in_cell - 1) * 2.0 / max_turns) then 1
            else 0
        end as is_first
    from placed
),

chunks as (
    select
        *,
        min(exchange_no) over (
            partition by dataset_id, bucket, thread_id, run_no, cell_no, part_no
        ) as first_exchange_no,
        max(exchange_no) over (
            partition by dataset_id, bucket, thread_id, run_no, cell_no, part_no
        ) as last_exchange_no,
        cast(sum(token_count) over (
            partition by dataset_id, bucket, thread_id, run_no, cell_no, part_no
        ) as bigint) as chunk_tokens,
        max(is_trained) over (
            partition by dataset_id, bucket, thread_id, run_no, cell_no, part_no
        ) as has_trained,
        max(case when is_first = 1 then tokens_one_before end) over (
            partition by dataset_id, bucket, thread_id, run_no, cell_no, part_no
        ) as context_one_tokens,
        max(case when is_first = 1 then tokens_two_before end) over (
            partition by dataset_id, bucket, thread_id, run_no, cell_no, part_no
        ) as context_two_tokens
    from parts
),

numbered as (
    select
        *,
        cast(sum(case when is_first = 1 then has_trained else 0 end) over (
            partition by dataset_id, bucket, thread_id order by exchange_no
        ) as bigint) as chunk_no
    from chunks
),

marked as (
    select
        numbered.*,
        case when dataset_duplicates.example_no is null then 0 else 1 end as is_duplicate
    from numbered
    left join dataset_duplicates
        on dataset_duplicates.dataset_id = numbered.dataset_id
        and dataset_duplicates.bucket = numbered.bucket
        and dataset_duplicates.thread_id = numbered.thread_id
        and dataset_duplicates.example_no = numbered.chunk_no
        and numbered.has_trained = 1
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
    reason,
    is_trained,
    is_duplicate,
    first_exchange_no,
    last_exchange_no,
    case when has_trained = 1 and is_duplicate = 0 then chunk_no end as example_no,
    case
        when has_trained = 0 or context_exchanges = 0 or is_duplicate = 1 then 0
        when context_one_tokens is null or chunk_tokens + context_one_tokens > capacity_tokens then 0
        when context_exchanges = 1 then 1
        when context_two_tokens is null then 1
        when chunk_tokens + context_one_tokens + context_two_tokens > capacity_tokens then 1
        else 2
    end as context_count
from marked

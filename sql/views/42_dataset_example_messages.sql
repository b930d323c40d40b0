-- The messages that stand in each example. A message may stand in several: once in the example of its own chunk, and
-- as context (never trained) in others; in sliding mode in each window over it.
-- Grain: dataset_id, thread_id, example_no, message_id
-- Order: turn_no, sent_at_ms, ordinal within an example
create or replace view dataset_example_messages as
with

distances as (
    select 0 as distance
    union all select 1
    union all select 2
),

messages_and_exchanges as (
    select
        dataset_sized_messages.dataset_id,
        bucket,
        thread_id,
        exchange_no,
        distance,
        message_id,
        sent_at_ms,
        ordinal,
        role,
        cast(null as bigint) as example_no,
        cast(null as bigint) as place_no,
        cast(null as bigint) as is_trained,
        cast(null as bigint) as system_turn_count,
        cast(null as varchar) as split
    from dataset_sized_messages
    join datasets
        on datasets.dataset_id = dataset_sized_messages.dataset_id
    join distances
        on distances.distance <= datasets.context_exchanges
    where is_fitting = 1
    union all
    select
        dataset_id,
        bucket,
        thread_id,
        exchange_no,
        distance,
        null as message_id,
        null as sent_at_ms,
        null as ordinal,
        null as role,
        example_no,
        place_no,
        is_trained,
        system_turn_count,
        split
    from dataset_example_exchanges
),

joined as (
    -- Each message learns of its exchange through a window: a join would do, but PostgreSQL expects one row of views
    -- this deep and would compare all with all.
    select
        dataset_id,
        bucket,
        thread_id,
        message_id,
        sent_at_ms,
        ordinal,
        role,
        max(example_no) over (
            partition by dataset_id, bucket, thread_id, exchange_no, distance
        ) as example_no,
        max(place_no) over (
            partition by dataset_id, bucket, thread_id, exchange_no, distance
        ) as place_no,
        max(is_trained) over (
            partition by dataset_id, bucket, thread_id, exchange_no, distance
        ) as is_trained,
        max(system_turn_count) over (
            partition by dataset_id, bucket, thread_id, exchange_no, distance
        ) as system_turn_count,
        max(split) over (
            partition by dataset_id, bucket, thread_id, exchange_no, distance
        ) as split
    from messages_and_exchanges
)

select
    dataset_id,
    bucket,
    thread_id,
    example_no,
    case role when 'user' then place_no * 2 - 1 else place_no * 2 end + system_turn_count as turn_no,
    message_id,
    role = 'assistant' and is_trained = 1 as is_trained,
    split,
    sent_at_ms,
    ordinal
from joined
where message_id is not null
    and example_no is not null
union all
select
    dataset_sliding_messages.dataset_id,
    bucket,
    thread_id,
    first_example_no + shift as example_no,
    turn_no - (first_example_no + shift - 1) * dataset_shifts.step + system_turn_count as turn_no,
    message_id,
    role = 'assistant' as is_trained,
    split,
    sent_at_ms,
    ordinal
from dataset_sliding_messages
join dataset_shifts
    on dataset_shifts.dataset_id = dataset_sliding_messages.dataset_id
    and dataset_shifts.shift <= dataset_sliding_messages.last_example_no - dataset_sliding_messages.first_example_no

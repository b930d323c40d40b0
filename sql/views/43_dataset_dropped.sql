-- The messages that a dataset might show and that stand in none of its examples, each with its one reason.
-- Filters: thread_kind, thread_filter, date_filter, person_filter. Exchanges: no_prompt (nobody wrote before the
-- persona), no_reply (the persona did not answer), reply_too_long, prompt_too_long, prompt_shortened, reply_too_short
-- (no reply of the chunk is trained), links_only, stickers_only, too_few_words, other_language, duplicate (an example
-- elsewhere says the same). Windows: no_reply (the persona never wrote), thread_too_short, tail.
-- Grain: dataset_id, thread_id, message_id
create or replace view dataset_dropped as
with

messages_and_exchanges as (
    select
        dataset_id,
        bucket,
        thread_id,
        exchange_no,
        message_id,
        case when is_fitting = 0 then 'prompt_shortened' end as message_reason,
        cast(null as varchar) as exchange_reason
    from dataset_sized_messages
    union all
    select
        dataset_id,
        bucket,
        thread_id,
        exchange_no,
        null as message_id,
        null as message_reason,
        reason as exchange_reason
    from dataset_exchange_uses
),

explained as (
    -- Each message learns of its exchange through a window, as in dataset_example_messages.
    select
        dataset_id,
        bucket,
        thread_id,
        message_id,
        message_reason,
        max(exchange_reason) over (partition by dataset_id, bucket, thread_id, exchange_no) as exchange_reason
    from messages_and_exchanges
)

select
    dataset_id,
    mode,
    bucket,
    thread_id,
    message_id,
    reason
from dataset_messages
where reason is not null
union all
select
    dataset_id,
    'exchange' as mode,
    bucket,
    thread_id,
    message_id,
    case
        -- A prompt is shortened only in an exchange that could stand somewhere.
        when exchange_reason not in ('reply_too_short', 'duplicate') then exchange_reason
        else coalesce(message_reason, exchange_reason)
    end as reason
from explained
where message_id is not null
    and (message_reason is not null or exchange_reason is not null)
union all
select
    dataset_id,
    'sliding' as mode,
    bucket,
    thread_id,
    message_id,
    reason
from dataset_sliding_messages
where reason is not null

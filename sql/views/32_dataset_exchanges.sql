-- The exchanges of a dataset: what others wrote (prompt), the persona's answer (reply), their tokens with 4 a turn,
-- and why an exchange cannot stand in any example (reason; null means it can).
-- Grain: dataset_id, thread_id, exchange_no (from 1 in time order, without holes)
create or replace view dataset_exchanges as
with

gathered as (
    select
        dataset_sized_messages.dataset_id,
        dataset_sized_messages.bucket,
        dataset_sized_messages.thread_id,
        dataset_sized_messages.exchange_no,
        min(conversation_no) as conversation_no,
        min(began_on) as began_on,
        min(split) as split,
        min(capacity_tokens) as capacity_tokens,
        min(system_turn_count) as system_turn_count,
        min(length(datasets.joiner)) as joiner_chars,
        sum(case when role = 'user' then 1 else 0 end) as prompt_message_count,
        sum(case when role = 'user' then is_fitting else 0 end) as fitting_message_count,
        sum(case when role = 'assistant' then 1 else 0 end) as reply_message_count,
        sum(case when role = 'assistant' then length(content) else 0 end) as reply_chars,
        cast(sum(case when role = 'user' then token_count * is_fitting else 0 end) as bigint) + 4 as prompt_tokens,
        cast(sum(case when role = 'assistant' then token_count else 0 end) as bigint) + 4 as reply_tokens,
        -- The separator of string_agg must be a constant: each message brings the joiner, the first is cut off below.
        string_agg(case when role = 'user' and is_fitting = 1 then datasets.joiner || content end, ''
            order by sent_at_ms, ordinal) as joined_prompt,
        string_agg(case when role = 'assistant' then datasets.joiner || content end, ''
            order by sent_at_ms, ordinal) as joined_reply,
        max(case when is_first = 1 then message_id end) as first_message_id,
        max(case when is_last = 1 then message_id end) as last_message_id
    from dataset_sized_messages
    join datasets
        on datasets.dataset_id = dataset_sized_messages.dataset_id
    group by
        dataset_sized_messages.dataset_id,
        dataset_sized_messages.bucket,
        dataset_sized_messages.thread_id,
        dataset_sized_messages.exchange_no
)

select
    dataset_id,
    bucket,
    thread_id,
    exchange_no,
    conversation_no,
    began_on,
    split,
    capacity_tokens,
    system_turn_count,
    substr(joined_prompt, cast(joiner_chars as integer) + 1) as prompt,
    substr(joined_reply, cast(joiner_chars as integer) + 1) as reply,
    cast(reply_chars + (reply_message_count - 1) * joiner_chars as bigint) as reply_chars,
    prompt_tokens,
    reply_tokens,
    prompt_tokens + reply_tokens as token_count,
    first_message_id,
    last_message_id,
    case
        when prompt_message_count = 0 then 'no_prompt'
        when reply_message_count = 0 then 'no_reply'
        when reply_tokens > capacity_tokens then 'reply_too_long'
        when fitting_message_count = 0 then 'prompt_too_long'
    end as reason
from gathered

-- The messages of exchange datasets, each with whether it fits its exchange (is_fitting is 1 or 0). A user turn too
-- long beside its reply loses whole messages, oldest first.
-- Grain: dataset_id, thread_id, message_id
-- Order: sent_at_ms, ordinal within a thread
create or replace view dataset_sized_messages as
with

summed as (
    select
        *,
        cast(sum(case when role = 'assistant' then token_count else 0 end) over (
            partition by dataset_id, mode, bucket, thread_id, exchange_no
        ) as bigint) as reply_tokens,
        -- Of this user message and all later ones of its turn.
        cast(sum(case when role = 'user' then token_count else 0 end) over (
            partition by dataset_id, mode, bucket, thread_id, exchange_no order by sent_at_ms desc, ordinal desc
        ) as bigint) as prompt_tokens,
        lead(token_count) over (
            partition by dataset_id, mode, bucket, thread_id, exchange_no order by sent_at_ms desc, ordinal desc
        ) as earlier_tokens,
        lag(message_id) over (
            partition by dataset_id, mode, bucket, thread_id, exchange_no order by sent_at_ms desc, ordinal desc
        ) as later_message_id
    from dataset_kept_messages
    where mode = 'exchange'
)

select
    dataset_id,
    bucket,
    thread_id,
    message_id,
    sent_at_ms,
    ordinal,
    role,
    content,
    speaker_slug,
    speaker_prefix,
    speaker_tokens,
    token_count,
    capacity_tokens,
    system_turn_count,
    is_sticker,
    language_chars,
    word_count,
    is_links_only,
    conversation_no,
    exchange_no,
    began_on,
    split,
    -- 4 frame each of the two turns.
    case when role = 'user' and prompt_tokens + 4 + reply_tokens + 4 > capacity_tokens then 0 else 1 end as is_fitting,
    -- The first that fits: the message before it does not, or there is none.
    case
        when role = 'assistant' or prompt_tokens + 4 + reply_tokens + 4 > capacity_tokens then 0
        when earlier_tokens is null then 1
        when earlier_tokens + prompt_tokens + 4 + reply_tokens + 4 > capacity_tokens then 1
        else 0
    end as is_first,
    case when later_message_id is null then 1 else 0 end as is_last
from summed

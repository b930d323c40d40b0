-- The exchanges of a dataset: what others wrote (prompt; prompt_slug stands for its one speaker, where the dataset
-- has a field for names), the persona's answer (reply), their tokens with 4 a turn, and why an exchange cannot stand in
-- any example (reason; null means it can).
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
        cast(min(length(datasets.joiner)) as integer) as joiner_chars,
        min(datasets.min_words) as min_words,
        max(case when datasets.skip_links then 1 else 0 end) as skips_links,
        max(case when datasets.skip_stickers then 1 else 0 end) as skips_stickers,
        sum(case when role = 'user' then 1 else 0 end) as prompt_message_count,
        sum(case when role = 'user' then is_fitting else 0 end) as fitting_message_count,
        sum(case when role = 'assistant' then 1 else 0 end) as reply_message_count,
        sum(case when role = 'assistant' then length(content) else 0 end) as reply_chars,
        min(case when is_fitting = 1 then speaker_slug end) as first_slug,
        max(case when is_fitting = 1 then speaker_slug end) as last_slug,
        min(case when is_fitting = 1 then speaker_prefix end) as speaker_prefix,
        max(case when role = 'user' and is_fitting = 1 then speaker_tokens end) as speaker_tokens,
        cast(sum(case when role = 'user' then token_count * is_fitting else 0 end) as bigint) + 4 as prompt_tokens,
        cast(sum(case when role = 'assistant' then token_count else 0 end) as bigint) + 4 as reply_tokens,
        -- Users speak first in an exchange, so one list holds both sides, and lengths tell where it is to be cut: each
        -- sorted string_agg costs more than all else here. Its separator must be a constant: each message brings the
        -- joiner, that of the first is cut off below. Message ids stand each after a blank.
        string_agg(case when is_fitting = 1 then datasets.joiner || content end, ''
            order by sent_at_ms, ordinal) as joined,
        string_agg(case when is_fitting = 1 then ' ' || cast(message_id as varchar) end, ''
            order by sent_at_ms, ordinal) as message_ids,
        cast(sum(case
            when role = 'user' and is_fitting = 1 then length(datasets.joiner) + length(content) else 0
        end) as integer) as prompt_chars,
        cast(sum(case
            when role = 'user' and is_fitting = 1 then 1 + length(cast(message_id as varchar)) else 0
        end) as integer) as prompt_id_chars,
        sum(word_count * is_fitting) as word_count,
        min(case when role = 'user' and is_fitting = 1 then is_sticker end) as is_sticker_prompt,
        min(case when role = 'user' and is_fitting = 1 then is_links_only end) as is_links_only_prompt,
        min(case when role = 'assistant' then is_links_only end) as is_links_only_reply,
        sum(case when role = 'user' then language_chars * is_fitting else 0 end) as prompt_language_chars,
        sum(case when role = 'assistant' then language_chars else 0 end) as reply_language_chars,
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
),

named as (
    -- A prompt of one speaker has the name once, in its field; of several each message begins with its own.
    select
        *,
        case when first_slug = last_slug then first_slug end as prompt_slug,
        case when first_slug = last_slug then speaker_prefix else chr(1) end as hidden,
        case when first_slug = last_slug then (fitting_message_count - 1) * speaker_tokens else 0 end as spared_tokens
    from gathered
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
    prompt_slug,
    case
        when fitting_message_count > 0
            then replace(substr(joined, joiner_chars + 1, prompt_chars - joiner_chars), hidden, '')
    end as prompt,
    case when reply_message_count > 0 then substr(joined, prompt_chars + joiner_chars + 1) end as reply,
    cast(reply_chars + (reply_message_count - 1) * joiner_chars as bigint) as reply_chars,
    cast(prompt_tokens - spared_tokens as bigint) as prompt_tokens,
    reply_tokens,
    cast(prompt_tokens - spared_tokens + reply_tokens as bigint) as token_count,
    first_message_id,
    last_message_id,
    case when fitting_message_count > 0 then substr(message_ids, 1, prompt_id_chars) end as prompt_message_ids,
    case when reply_message_count > 0 then substr(message_ids, prompt_id_chars + 1) end as reply_message_ids,
    case
        when prompt_message_count = 0 then 'no_prompt'
        when reply_message_count = 0 then 'no_reply'
        when reply_tokens > capacity_tokens then 'reply_too_long'
        when fitting_message_count = 0 then 'prompt_too_long'
        -- Nothing but links on one side.
        when skips_links = 1 and (is_links_only_prompt = 1 or is_links_only_reply = 1) then 'links_only'
        when skips_stickers = 1 and is_sticker_prompt = 1 then 'stickers_only'
        when word_count < min_words then 'too_few_words'
        -- Mostly in another language on one side; what no detector could tell counts for neither.
        when prompt_language_chars < 0 or reply_language_chars < 0 then 'other_language'
    end as reason
from named

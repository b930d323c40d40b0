-- The messages that a dataset's filters keep, each with the number of its conversation, turn and exchange in the
-- thread (from 1), and the split that its conversation belongs to.
-- In exchange mode a pause longer than gap_minutes begins a conversation, a change of role a turn, and the first
-- user message after the assistant an exchange (one may lack either side). In sliding mode the thread is one
-- conversation and a change of participant begins a turn.
-- Grain: dataset_id, thread_id, message_id
-- Order: sent_at_ms, ordinal within a thread
create or replace view dataset_kept_messages as
with

neighbours as (
    select
        *,
        lag(sent_at_ms) over (
            partition by dataset_id, mode, bucket, thread_id order by sent_at_ms, ordinal
        ) as previous_sent_at_ms,
        lag(role) over (
            partition by dataset_id, mode, bucket, thread_id order by sent_at_ms, ordinal
        ) as previous_role,
        lag(participant_id) over (
            partition by dataset_id, mode, bucket, thread_id order by sent_at_ms, ordinal
        ) as previous_participant_id
    from dataset_messages
    where reason is null
),

conversation_starts as (
    select
        neighbours.*,
        datasets.seed,
        datasets.validation_permille,
        case
            when previous_sent_at_ms is null then 1
            when neighbours.mode = 'exchange' and sent_at_ms - previous_sent_at_ms > datasets.gap_minutes * 60000 then 1
            else 0
        end as is_conversation_start
    from neighbours
    join datasets
        on datasets.dataset_id = neighbours.dataset_id
),

starts as (
    select
        *,
        case
            when is_conversation_start = 1 then 1
            when mode = 'exchange' and role <> previous_role then 1
            when mode = 'sliding' and participant_id <> previous_participant_id then 1
            else 0
        end as is_turn_start,
        case
            when is_conversation_start = 1 then 1
            when role = 'user' and previous_role = 'assistant' then 1
            else 0
        end as is_exchange_start
    from conversation_starts
),

numbered as (
    -- A running count of starts gives all that stands between two of them the same number.
    select
        *,
        cast(sum(is_conversation_start) over (
            partition by dataset_id, mode, bucket, thread_id order by sent_at_ms, ordinal
        ) as bigint) as conversation_no,
        cast(sum(is_turn_start) over (
            partition by dataset_id, mode, bucket, thread_id order by sent_at_ms, ordinal
        ) as bigint) as turn_no,
        cast(sum(is_exchange_start) over (
            partition by dataset_id, mode, bucket, thread_id order by sent_at_ms, ordinal
        ) as bigint) as exchange_no,
        -- Times never fall, so the highest start so far is that of the running conversation.
        max(case when is_conversation_start = 1 then sent_at_ms end) over (
            partition by dataset_id, mode, bucket, thread_id order by sent_at_ms, ordinal
        ) as conversation_began_at_ms
    from starts
),

dated as (
    select
        *,
        -- The UTC day; times outside the years 1 to 9999, which no chat has, count as their first or last day.
        date '1970-01-01' + cast(floor(
            least(greatest(conversation_began_at_ms, -62135596800000), 253402300799999) * 1.0 / 86400000
        ) as integer) as began_on_date
    from numbered
),

spelled as (
    select
        *,
        lpad(cast(extract(year from began_on_date) as varchar), 4, '0')
            || '-' || lpad(cast(extract(month from began_on_date) as varchar), 2, '0')
            || '-' || lpad(cast(extract(day from began_on_date) as varchar), 2, '0') as began_on
    from dated
),

drawn as (
    -- A lot that only the seed, the thread and the day decide: new messages never move an old conversation.
    select
        *,
        md5(
            cast(seed as varchar) || ':' || cast(thread_id as varchar)
            || case when mode = 'exchange' then ':' || began_on else '' end
        ) as lot
    from spelled
)

select
    dataset_id,
    mode,
    bucket,
    thread_id,
    message_id,
    participant_id,
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
    turn_no,
    exchange_no,
    began_on,
    case
        -- The first four hex digits of the lot, 0 to 65535, against the share of that range.
        when (
            (position(substr(lot, 1, 1) in '0123456789abcdef') - 1) * 4096
            + (position(substr(lot, 2, 1) in '0123456789abcdef') - 1) * 256
            + (position(substr(lot, 3, 1) in '0123456789abcdef') - 1) * 16
            + (position(substr(lot, 4, 1) in '0123456789abcdef') - 1)
        ) * 1000 < validation_permille * 65536 then 'validation'
        else 'train'
    end as split
from drawn

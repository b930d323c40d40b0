-- The turns of a dataset after its filters, with speaker names where it shows them. In exchange mode neighbours of
-- one role without a long pause, joined by the joiner; in sliding mode neighbours of one participant, joined by
-- blank lines. speaker_slug stands for a turn's one speaker, in groups of datasets with has_name_field. Limits of size
-- come later: an example may show less of a turn.
-- Grain: dataset_id, thread_id, turn_no (from 1 in time order)
create or replace view dataset_turns as
with

joined as (
    select
        dataset_kept_messages.dataset_id,
        dataset_kept_messages.bucket,
        dataset_kept_messages.thread_id,
        dataset_kept_messages.turn_no,
        min(dataset_kept_messages.conversation_no) as conversation_no,
        min(dataset_kept_messages.role) as role,
        case
            when min(dataset_kept_messages.speaker_slug) = max(dataset_kept_messages.speaker_slug)
                then min(dataset_kept_messages.speaker_slug)
        end as speaker_slug,
        -- Of one speaker the name goes into its field; the others' begins with chr(1).
        coalesce(
            case
                when min(dataset_kept_messages.speaker_slug) = max(dataset_kept_messages.speaker_slug)
                    then min(dataset_kept_messages.speaker_prefix)
            end,
            chr(1)
        ) as hidden,
        -- The separator of string_agg must be a constant: put the joiner before each message and cut the first one off.
        string_agg(
            datasets.joiner || dataset_kept_messages.content, ''
            order by dataset_kept_messages.sent_at_ms, dataset_kept_messages.ordinal
        ) as joined_content,
        cast(min(length(datasets.joiner)) as integer) as joiner_chars,
        count(*) as message_count,
        min(dataset_kept_messages.sent_at_ms) as started_at_ms,
        max(dataset_kept_messages.sent_at_ms) as ended_at_ms
    from dataset_kept_messages
    join datasets
        on datasets.dataset_id = dataset_kept_messages.dataset_id
    where dataset_kept_messages.mode = 'exchange'
    group by
        dataset_kept_messages.dataset_id,
        dataset_kept_messages.bucket,
        dataset_kept_messages.thread_id,
        dataset_kept_messages.turn_no
)

select
    dataset_id,
    bucket,
    thread_id,
    turn_no,
    conversation_no,
    role,
    speaker_slug,
    replace(substr(joined_content, joiner_chars + 1), hidden, '') as content,
    message_count,
    started_at_ms,
    ended_at_ms
from joined
union all
select
    dataset_id,
    bucket,
    thread_id,
    turn_no,
    1 as conversation_no,
    role,
    cast(null as varchar) as speaker_slug,
    content,
    message_count,
    started_at_ms,
    ended_at_ms
from dataset_sliding_turns

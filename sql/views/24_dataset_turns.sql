-- The turns of a dataset after its filters, with speaker names where it shows them. In exchange mode neighbours of
-- one role without a long pause, joined by the joiner; in sliding mode neighbours of one participant, joined by
-- blank lines. Limits of size come later: an example may show less of a turn.
-- Grain: dataset_id, thread_id, turn_no (from 1 in time order)
create or replace view dataset_turns as
select
    dataset_kept_messages.dataset_id,
    dataset_kept_messages.bucket,
    dataset_kept_messages.thread_id,
    dataset_kept_messages.turn_no,
    min(dataset_kept_messages.conversation_no) as conversation_no,
    min(dataset_kept_messages.role) as role,
    -- The separator of string_agg must be a constant: put the joiner before each message and cut the first one off.
    substr(
        string_agg(
            datasets.joiner || dataset_kept_messages.content, ''
            order by dataset_kept_messages.sent_at_ms, dataset_kept_messages.ordinal
        ),
        cast(min(length(datasets.joiner)) as integer) + 1
    ) as content,
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
union all
select
    dataset_id,
    bucket,
    thread_id,
    turn_no,
    1 as conversation_no,
    role,
    content,
    message_count,
    started_at_ms,
    ended_at_ms
from dataset_sliding_turns

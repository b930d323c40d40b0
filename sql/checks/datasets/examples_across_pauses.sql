-- Messages of exchange examples that follow the message before them only after a pause longer than gap_minutes: the
-- example crosses a conversation.
-- Grain: dataset_id, thread_id, example_no, message_id
select
    dataset_id,
    thread_id,
    example_no,
    message_id
from (
    select
        dataset_example_messages.*,
        datasets.gap_minutes,
        lag(sent_at_ms) over (
            partition by dataset_example_messages.dataset_id, bucket, thread_id, example_no
            order by sent_at_ms, ordinal
        ) as previous_sent_at_ms
    from dataset_example_messages
    join datasets
        on datasets.dataset_id = dataset_example_messages.dataset_id
    where datasets.mode = 'exchange'
) as neighbours
where sent_at_ms - previous_sent_at_ms > gap_minutes * 60000

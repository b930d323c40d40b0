-- The messages that stand in the examples of a dataset in some buckets, in the order of a file's lines.
-- Params: dataset_id; first_bucket and last_bucket, both included; split (train, validation; null for both)
-- Order: bucket, thread_id, example_no, then the order within the example
select
    bucket,
    thread_id,
    example_no,
    message_id,
    is_trained
from dataset_example_messages
where dataset_id = :dataset_id
    and bucket between :first_bucket and :last_bucket
    and (cast(:split as varchar) is null or split = cast(:split as varchar))
order by bucket, thread_id, example_no, turn_no, sent_at_ms, ordinal

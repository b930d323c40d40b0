-- The examples of a dataset in some buckets, in the order of a file's lines.
-- Params: dataset_id, mode (that of the dataset), first_bucket (included), last_bucket (included), split (null: both)
-- Order: bucket, thread_id, example_no
select
    bucket,
    thread_id,
    example_no,
    split,
    turn_count,
    token_count,
    trained_message_ids,
    other_message_ids,
    messages
from dataset_examples
where dataset_id = :dataset_id
    and mode = :mode
    and bucket between :first_bucket and :last_bucket
    and (cast(:split as varchar) is null or split = cast(:split as varchar))
order by bucket, thread_id, example_no

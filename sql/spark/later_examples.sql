-- Examples that say what an earlier one says: what sql/queries/forget_first_examples.sql leaves.
-- Grain: thread_id, example_no
select dataset_id, bucket, thread_id, example_no, first_message_id, content_hash
from (
    select
        example_hashes.*,
        row_number() over (
            partition by content_hash
            order by messages.sent_at_ms, example_hashes.bucket, example_hashes.thread_id, example_no
        ) as place_no
    from example_hashes
    join messages
        on messages.bucket = example_hashes.bucket
        and messages.thread_id = example_hashes.thread_id
        and messages.message_id = example_hashes.first_message_id
)
where place_no > 1

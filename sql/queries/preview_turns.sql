-- The message objects of one example.
-- Grain: turn_no
-- Params: dataset_id, bucket, thread_id, example_no (of the example)
-- Order: turn_no
select
    turn_no,
    role,
    speaker_slug,
    content,
    weight,
    token_count
from dataset_example_turns
where dataset_id = :dataset_id
    and bucket = :bucket
    and thread_id = :thread_id
    and example_no = :example_no
order by turn_no

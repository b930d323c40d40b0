-- Messages that stand in training and in validation.
-- Grain: dataset_id, thread_id, message_id
select
    dataset_id,
    thread_id,
    message_id
from dataset_example_messages
group by dataset_id, bucket, thread_id, message_id
having min(split) <> max(split)

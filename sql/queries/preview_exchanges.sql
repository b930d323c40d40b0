-- The exchanges of one thread in an exchange dataset: where each stands, or why in no example.
-- Grain: exchange_no
-- Params: dataset_id, bucket, thread_id
-- Order: exchange_no
select
    exchange_no,
    conversation_no,
    began_on,
    example_no,
    reason
from dataset_exchange_uses
where dataset_id = :dataset_id
    and bucket = :bucket
    and thread_id = :thread_id
order by exchange_no

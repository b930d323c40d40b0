-- Exchange examples whose exchanges do not follow each other: one between them was left out.
-- Grain: dataset_id, thread_id, example_no
select
    dataset_id,
    thread_id,
    example_no
from dataset_example_exchanges
group by dataset_id, bucket, thread_id, example_no
having max(exchange_no) - min(exchange_no) + 1 <> count(*)

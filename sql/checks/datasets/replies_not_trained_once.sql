-- Replies that stand in an exchange example and are not trained on exactly one line, or are trained although shorter
-- than min_assistant_chars.
-- Grain: dataset_id, thread_id, exchange_no
select
    dataset_example_exchanges.dataset_id,
    thread_id,
    exchange_no,
    sum(is_trained) as trained_count
from dataset_example_exchanges
join datasets
    on datasets.dataset_id = dataset_example_exchanges.dataset_id
group by dataset_example_exchanges.dataset_id, bucket, thread_id, exchange_no
having sum(is_trained) <> max(case when length(reply) >= min_assistant_chars then 1 else 0 end)
    -- An exchange of a duplicate may be left as context of the next example.
    and (max(case when distance = 0 then 1 else 0 end) = 1 or not bool_or(skip_duplicates))

-- Exchange examples that may have more tokens than max_tokens.
-- Grain: dataset_id, thread_id, example_no
select
    dataset_examples.dataset_id,
    dataset_examples.thread_id,
    dataset_examples.example_no,
    dataset_examples.token_count,
    datasets.max_tokens
from dataset_examples
join datasets
    on datasets.dataset_id = dataset_examples.dataset_id
where datasets.mode = 'exchange'
    and dataset_examples.token_count > datasets.max_tokens

-- Turns of exchange examples that break the order: an optional system message first, then user and assistant in
-- turns, the assistant last, each with words, and a weight on assistant turns only.
-- Grain: dataset_id, thread_id, example_no, turn_no
select
    dataset_id,
    thread_id,
    example_no,
    turn_no,
    role
from (
    select
        dataset_example_turns.*,
        lag(role) over (
            partition by dataset_example_turns.dataset_id, bucket, thread_id, example_no order by turn_no
        ) as previous_role,
        lead(role) over (
            partition by dataset_example_turns.dataset_id, bucket, thread_id, example_no order by turn_no
        ) as next_role,
        row_number() over (
            partition by dataset_example_turns.dataset_id, bucket, thread_id, example_no order by turn_no
        ) as place_no
    from dataset_example_turns
    join datasets
        on datasets.dataset_id = dataset_example_turns.dataset_id
    where datasets.mode = 'exchange'
) as neighbours
where turn_no <> place_no
    or role = 'system' and turn_no <> 1
    or role = 'user' and previous_role = 'user'
    or role = 'assistant' and coalesce(previous_role, 'none') <> 'user'
    or role <> 'assistant' and next_role is null
    or coalesce(content, '') = ''
    or role = 'assistant' and coalesce(weight, -1) not in (0, 1)
    or role <> 'assistant' and weight is not null

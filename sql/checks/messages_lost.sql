-- Text messages that do not stand exactly once in one of the two: the examples of a dataset (however many) or what it
-- dropped, with one reason. Also messages there that are no text messages.
-- Grain: dataset_id, thread_id, message_id
select
    dataset_id,
    thread_id,
    message_id
from (
    select datasets.dataset_id, thread_id, message_id, 1 as is_wanted, 0 as is_found
    from datasets
    cross join text_messages
    union all
    select distinct dataset_id, thread_id, message_id, 0 as is_wanted, 1 as is_found
    from dataset_example_messages
    union all
    select dataset_id, thread_id, message_id, 0 as is_wanted, 1 as is_found
    from dataset_dropped
) as wanted_and_found
group by dataset_id, thread_id, message_id
having sum(is_wanted) <> 1
    or sum(is_found) <> 1

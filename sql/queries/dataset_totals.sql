-- How much a dataset would write, for each split.
-- Grain: split
-- Params: dataset_id
-- Order: split
select
    split,
    count(*) as example_count,
    cast(sum(turn_count) as bigint) as turn_count,
    cast(sum(token_count) as bigint) as token_count,
    count(distinct thread_id) as thread_count
from dataset_examples
where dataset_id = :dataset_id
group by split
order by split

-- How long the examples of a dataset in some buckets are, as estimated before an export: how many have how many tokens.
-- trained_token_count is of trained replies, over all those examples.
-- Grain: split, token_count
-- Params: dataset_id, mode (that of the dataset), first_bucket (included), last_bucket (included)
-- Order: split, token_count
with

sized as (
    select
        bucket,
        thread_id,
        example_no,
        min(split) as split,
        -- 3 frame the answer that a line asks for.
        cast(sum(token_count) as bigint) + 3 as token_count,
        cast(sum(case when weight = 1 then token_count else 0 end) as bigint) as trained_token_count
    from dataset_example_turns
    where dataset_id = :dataset_id
        and mode = :mode
        and bucket between :first_bucket and :last_bucket
    group by dataset_id, bucket, thread_id, example_no
)

select
    split,
    token_count,
    count(*) as example_count,
    cast(sum(trained_token_count) as bigint) as trained_token_count
from sized
group by split, token_count
order by split, token_count

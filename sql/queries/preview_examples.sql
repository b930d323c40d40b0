-- Examples of a dataset in some buckets to look at: from each thread one, then from each another one, at random but the
-- same each time.
-- Grain: thread_id, example_no
-- Params: dataset_id, first_bucket (included), last_bucket (included), thread_id (null: of any)
-- Order: as they are to be shown
with

examples as (
    select
        bucket,
        thread_id,
        example_no,
        min(split) as split,
        cast(sum(token_count) as bigint) + 3 as token_count,
        md5(cast(thread_id as varchar) || ':' || cast(example_no as varchar)) as lot
    from dataset_example_turns
    where dataset_id = :dataset_id
        and bucket between :first_bucket and :last_bucket
        and (cast(:thread_id as bigint) is null or thread_id = cast(:thread_id as bigint))
    group by dataset_id, bucket, thread_id, example_no
),

drawn as (
    select
        *,
        row_number() over (partition by bucket, thread_id order by lot, example_no) as pick_no
    from examples
)

select
    drawn.bucket,
    drawn.thread_id,
    drawn.example_no,
    drawn.split,
    drawn.token_count,
    threads.title,
    threads.kind
from drawn
join threads
    on threads.thread_id = drawn.thread_id
order by drawn.pick_no, drawn.lot, drawn.bucket, drawn.thread_id, drawn.example_no

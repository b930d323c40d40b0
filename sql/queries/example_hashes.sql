-- What the examples of a dataset say, as a hash: their turns from the first trained exchange on. So neither a system
-- message nor context makes two examples differ.
-- Grain: thread_id, example_no
-- Params: dataset_id, mode (that of the dataset), first_bucket (included), last_bucket (included)
with

trained as (
    select
        *,
        min(case when weight = 1 then spoken_no end) over (
            partition by dataset_id, bucket, thread_id, example_no
        ) as first_trained_no
    from dataset_example_turns
    where dataset_id = :dataset_id
        and mode = :mode
        and bucket between :first_bucket and :last_bucket
)

select
    dataset_id,
    bucket,
    thread_id,
    example_no,
    max(case when spoken_no = first_trained_no - 1 then first_message_id end) as first_message_id,
    -- chr(1) stands in no text, so two different lists of turns never give the same text.
    md5(string_agg(
        role || coalesce(cast(weight as varchar), '') || content, chr(1) order by turn_no
    )) as content_hash
from trained
where spoken_no >= first_trained_no - 1
group by dataset_id, bucket, thread_id, example_no

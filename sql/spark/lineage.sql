-- Which message stands on which line. Each id stands after a blank, so the first piece of a text is empty.
-- Grain: bucket, line_no, thread_id, message_id
select
    bucket,
    cast(line_no as bigint) as line_no,
    thread_id,
    cast(piece as bigint) as message_id,
    is_trained
from (
    select
        bucket,
        line_no,
        thread_id,
        explode(split(trained_message_ids, ' ')) as piece,
        true as is_trained
    from numbered_examples
    union all
    select
        bucket,
        line_no,
        thread_id,
        explode(split(other_message_ids, ' ')) as piece,
        false as is_trained
    from numbered_examples
)
where piece <> ''

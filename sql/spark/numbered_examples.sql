-- Examples as lines, with the number that each has in the file of its bucket.
-- Grain: bucket, line_no (from 1)
select
    *,
    row_number() over (partition by bucket order by thread_id, example_no) as line_no,
    '{"messages":' || messages || '}' as line
from written_examples

-- What the lines of each bucket hold.
-- Grain: bucket
select
    bucket,
    count(*) as example_count
from written_examples
group by bucket
order by bucket

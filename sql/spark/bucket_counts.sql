-- What the lines of each bucket hold.
-- Grain: bucket
select
    bucket,
    count(*) as example_count,
    sum(token_count) as token_count,
    max(token_count) as longest_tokens
from written_examples
group by bucket
order by bucket

-- Messages of each bucket, to read as many buckets at once as memory is meant to hold.
-- Grain: bucket
-- Order: bucket
select
    bucket,
    count(*) as message_count
from messages
group by bucket
order by bucket

-- Messages of each bucket and the bytes of their words, to read as many buckets at once as memory is meant to hold.
-- Grain: bucket
-- Order: bucket
select
    bucket,
    count(*) as message_count,
    cast(coalesce(sum(bit_length(body)), 0) / 8 as bigint) as text_bytes
from messages
group by bucket
order by bucket

-- Why messages of some buckets stand in no example of a dataset, with how many for each reason.
-- Grain: reason
-- Params: dataset_id, mode (that of the dataset), first_bucket (included), last_bucket (included)
-- Order: most messages first, then reason
select
    reason,
    count(*) as message_count
from dataset_dropped
where dataset_id = :dataset_id
    and mode = :mode
    and bucket between :first_bucket and :last_bucket
group by reason
order by message_count desc, reason

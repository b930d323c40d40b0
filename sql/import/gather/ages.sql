-- Which download of a thread is the newer one: the one place that says so. What one download says of a thread in several
-- folders is as new as the newest of it.
update thread_downloads
set age_no = aged.age_no
from (
    select thread_id, import_id, dense_rank() over (
        order by max(downloads.newest_at_ms) nulls first, max(imports.newest_at_ms) nulls first
    ) as age_no
    from thread_downloads as downloads
    inner join imports using (import_id)
    group by thread_id, import_id
) as aged
where thread_downloads.thread_id = aged.thread_id and thread_downloads.import_id = aged.import_id

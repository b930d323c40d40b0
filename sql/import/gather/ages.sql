-- Which download of a thread is the newer one: the one place that says so. What one download says of a thread in several
-- folders is as new as the newest of it.
update thread_downloads
set age_no = aged.age_no
from (
    select
        clocks.thread_id,
        clocks.import_id,
        dense_rank() over (
            order by
                coalesce(clocks.newest_at_ms, -4611686018427387904),
                coalesce(imports.newest_at_ms, -4611686018427387904)
        ) as age_no
    from (
        select
            thread_id,
            import_id,
            max(newest_at_ms) as newest_at_ms
        from thread_downloads
        group by thread_id, import_id
    ) as clocks
    inner join imports on imports.import_id = clocks.import_id
) as aged
where thread_downloads.thread_id = aged.thread_id
    and thread_downloads.import_id = aged.import_id

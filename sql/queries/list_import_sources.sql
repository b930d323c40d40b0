-- What each import read of each source: the files that hold its chats, their messages, and the files that it could not
-- read.
-- Grain: import_id, source
-- Order: import_id, source
select
    import_id,
    source,
    count(case when status in ('loaded', 'unchanged') then 1 end) as file_count,
    cast(sum(message_count) as bigint) as message_count,
    count(distinct case when status = 'failed' then path end) as skipped_count
from import_files
where source is not null
    and status <> 'skipped'
group by import_id, source
order by import_id, source

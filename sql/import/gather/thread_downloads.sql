-- What was said of the batch's threads: by this download, and by those before.
-- Params: import_id
insert into thread_downloads (thread_id, import_id, is_staged, first_at_ms, newest_at_ms, newest_part_no)
select thread_id, :import_id, true, min(first_at_ms), max(newest_at_ms), min(part_no)
from staged_threads
group by thread_id
union all
select thread_id, import_id, false, min(first_at_ms), max(newest_at_ms), min(coalesce(newest_part_no, 2))
from thread_imports
where thread_id in (select staged_threads.thread_id from staged_threads)
group by thread_id, import_id

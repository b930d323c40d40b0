-- What was said of two threads, the old one and the new one, as downloads of the new one.
-- Params: old_id, new_id
insert into thread_downloads (thread_id, import_id, is_staged, first_at_ms, newest_at_ms, newest_part_no)
select
    :new_id, import_id, thread_id = :old_id, min(first_at_ms), max(newest_at_ms), min(coalesce(newest_part_no, 2))
from thread_imports
where thread_id in (:old_id, :new_id)
group by thread_id, import_id

-- What each download said of the old thread: how far it reached. What the thread is called is known of the newest alone.
-- Params: old_id, new_id
insert into staged_threads (
    thread_id, file_no, part_no, first_at_ms, newest_at_ms, title, source, section, is_still_participant, is_group,
    nameless_count, is_in_seconds
)
select
    :new_id, import_id, coalesce(newest_part_no, 2), first_at_ms, newest_at_ms, title, source, section,
    is_still_participant, case kind when 'group' then true when 'direct' then false end, nameless_count,
    coalesce(is_in_seconds, true)
from threads
inner join thread_imports using (thread_id)
where thread_id = :old_id

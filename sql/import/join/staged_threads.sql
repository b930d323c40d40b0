-- What each download said of the old thread: how far it reached. What the thread is called is known of the newest alone.
-- Params: old_id, new_id
insert into staged_threads (
    thread_id, file_no, part_no, first_at_ms, newest_at_ms, title, source, section, is_still_participant, is_group,
    nameless_count, is_in_seconds
)
select
    :new_id,
    thread_imports.import_id,
    coalesce(thread_imports.newest_part_no, 2) as part_no,
    thread_imports.first_at_ms,
    thread_imports.newest_at_ms,
    threads.title,
    threads.source,
    threads.section,
    threads.is_still_participant,
    case threads.kind when 'group' then true when 'direct' then false end as is_group,
    thread_imports.nameless_count,
    coalesce(thread_imports.is_in_seconds, true) as is_in_seconds
from threads
inner join thread_imports on thread_imports.thread_id = threads.thread_id
where threads.thread_id = :old_id

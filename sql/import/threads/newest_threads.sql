-- What a thread is called, where it lies and of which source it is comes from the newest download that spoke of it.
-- Params: newest_at_ms
update threads
set
    title = newest.title,
    source = newest.source,
    section = case
        when threads.section = 'e2ee_cutover' then threads.section
        else coalesce(newest.section, threads.section)
    end,
    is_still_participant = coalesce(newest.is_still_participant, threads.is_still_participant)
from (
    select
        ranked.thread_id,
        ranked.title,
        ranked.source,
        ranked.section,
        ranked.is_still_participant
    from (
        select
            staged_threads.*,
            row_number() over (
                partition by staged_threads.thread_id
                order by
                    coalesce(staged_threads.newest_at_ms, -4611686018427387904) desc,
                    staged_threads.part_no,
                    staged_threads.file_no desc
            ) as rank_no
        from staged_threads
    ) as ranked
    left join (
        select
            thread_imports.thread_id,
            thread_imports.newest_at_ms,
            imports.newest_at_ms as download_newest_at_ms,
            row_number() over (
                partition by thread_imports.thread_id
                order by
                    coalesce(thread_imports.newest_at_ms, -4611686018427387904) desc,
                    coalesce(imports.newest_at_ms, -4611686018427387904) desc,
                    thread_imports.import_id desc
            ) as rank_no
        from thread_imports
        inner join imports on imports.import_id = thread_imports.import_id
    ) as known on known.thread_id = ranked.thread_id and known.rank_no = 1
    where ranked.rank_no = 1
        and (
            known.thread_id is null
            or coalesce(ranked.newest_at_ms, -4611686018427387904) > coalesce(known.newest_at_ms, -4611686018427387904)
            or (
                coalesce(ranked.newest_at_ms, -4611686018427387904)
                = coalesce(known.newest_at_ms, -4611686018427387904)
                and :newest_at_ms >= coalesce(known.download_newest_at_ms, -4611686018427387904)
            )
        )
) as newest
where threads.thread_id = newest.thread_id

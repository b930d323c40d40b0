-- What a thread is called, where it lies and of which source it is comes from the newest download that spoke of it.
-- Params: import_id
update threads
set
    title = newest.title, source = newest.source,
    section = case
        when threads.section = 'e2ee_cutover' then threads.section
        else coalesce(newest.section, threads.section)
    end,
    is_still_participant = coalesce(newest.is_still_participant, threads.is_still_participant)
from (
    select *, row_number() over (
        partition by thread_id order by newest_at_ms desc nulls last, part_no, file_no desc
    ) as rank_no
    from staged_threads
) as newest
where threads.thread_id = newest.thread_id
    and rank_no = 1
    and not exists (
        select 1
        from thread_downloads as other
        inner join thread_downloads as staged on staged.thread_id = other.thread_id and staged.is_staged
        where other.thread_id = newest.thread_id
            and not other.is_staged
            and (
                other.age_no > staged.age_no
                -- Of one download, the folder with the newer message.
                or (other.import_id = :import_id and other.newest_at_ms > newest.newest_at_ms)
            )
    )

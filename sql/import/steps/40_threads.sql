-- Title, section and membership come from the file with the newest message, unless the store has a newer one.
-- Params: none
update threads
set
    title = newest.title,
    section = coalesce(newest.section, threads.section),
    is_still_participant = coalesce(newest.is_still_participant, threads.is_still_participant)
from (
    select
        ranked.thread_id,
        ranked.title,
        ranked.section,
        ranked.is_still_participant
    from (
        select
            staged_threads.*,
            row_number() over (
                partition by staged_threads.thread_id
                order by coalesce(staged_threads.newest_at_ms, -4611686018427387904) desc, staged_threads.file_no desc
            ) as rank_no
        from staged_threads
    ) as ranked
    left join (
        select
            messages.thread_id,
            max(messages.sent_at_ms) as newest_at_ms
        from messages
        inner join (select distinct thread_id from staged_threads) as touched
            on touched.thread_id = messages.thread_id
        group by messages.thread_id
    ) as stored on stored.thread_id = ranked.thread_id
    where ranked.rank_no = 1
        and (stored.newest_at_ms is null or stored.newest_at_ms <= ranked.newest_at_ms)
) as newest
where threads.thread_id = newest.thread_id

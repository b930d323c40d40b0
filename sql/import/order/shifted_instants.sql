-- Instants that lie elsewhere in the store than in the batch, where all that both have of one says how far.
insert into shifted_instants (thread_id, sent_at_ms, part_count, is_newer)
with

-- 1,024,000,000 places are one part's.
places as (
    select
        stored_messages.thread_id,
        stored_messages.sent_at_ms,
        stored_messages.is_newer,
        cast(floor(stored_messages.ordinal / 1024000000.0) as bigint)
        - cast(floor(staged_messages.ordinal / 1024000000.0) as bigint) as part_count
    from matched_entries
    inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
    inner join stored_messages
        on stored_messages.thread_id = matched_entries.thread_id
        and stored_messages.message_id = matched_entries.message_id
    left join staged_threads
        on staged_threads.thread_id = staged_messages.thread_id and staged_threads.file_no = staged_messages.file_no
    -- Where both sides end there, they may be parts of one thread that cut the instant; threads of two names are not.
    where staged_threads.file_no is null
        or not stored_messages.may_be_cut
        or staged_messages.sent_at_ms not in (staged_threads.first_at_ms, staged_threads.newest_at_ms)
)

select
    thread_id,
    sent_at_ms,
    min(part_count) as part_count,
    max(case when is_newer then 1 else 0 end) = 1 as is_newer
from places as shifted
where part_count <> 0
    and not exists (
        select 1
        from places
        where places.thread_id = shifted.thread_id
            and places.sent_at_ms = shifted.sent_at_ms
            and places.part_count <> shifted.part_count
    )
group by thread_id, sent_at_ms

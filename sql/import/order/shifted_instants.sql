-- Instants that lie elsewhere in the store than in the batch, where all that both have of one says how far.
insert into shifted_instants (thread_id, sent_at_ms, part_count, is_newer)
with

-- 1,024,000,000 places are one part's.
places as (
    select
        stored.thread_id, stored.sent_at_ms, stored.is_newer,
        cast(floor(stored.ordinal / 1024000000.0) as bigint)
        - cast(floor(staged.ordinal / 1024000000.0) as bigint) as part_count
    from matched_entries as held
    inner join staged_messages as staged using (staged_no)
    inner join stored_messages as stored on stored.thread_id = held.thread_id and stored.message_id = held.message_id
    left join staged_threads as files on files.thread_id = staged.thread_id and files.file_no = staged.file_no
    -- Where both sides end there, they may be parts of one thread that cut the instant; threads of two names are not.
    where files.file_no is null
        or not stored.may_be_cut
        or staged.sent_at_ms not in (files.first_at_ms, files.newest_at_ms)
)

select thread_id, sent_at_ms, min(part_count), bool_or(is_newer)
from places
group by thread_id, sent_at_ms
having min(part_count) = max(part_count) and min(part_count) <> 0

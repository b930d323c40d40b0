-- Within a second, entries that say the same are the same message; of several alike the first is the first.
insert into aligned_times (staged_no, thread_id, message_id, staged_at_ms, stored_at_ms)
with numbered as (
    select *, row_number() over (
        partition by is_staged, thread_id, second_no, participant_id, said_key order by sent_at_ms, ordinal, entry_no
    ) as pair_no
    from unpaired_entries
)

select staged.entry_no, thread_id, stored.entry_no, staged.sent_at_ms, stored.sent_at_ms
from numbered as staged
inner join numbered as stored using (thread_id, second_no, participant_id, said_key, pair_no)
where staged.is_staged and not stored.is_staged

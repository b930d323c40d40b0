-- Of the rest of a second, entries of one kind are the same message: edited, or a sentence in another language.
insert into aligned_times (staged_no, thread_id, message_id, staged_at_ms, stored_at_ms)
with

numbered as (
    select
        unpaired_entries.*,
        row_number() over (
            partition by
                unpaired_entries.is_staged, unpaired_entries.thread_id, unpaired_entries.second_no,
                unpaired_entries.kind
            order by unpaired_entries.sent_at_ms, unpaired_entries.ordinal, unpaired_entries.entry_no
        ) as pair_no
    from unpaired_entries
    left join aligned_times
        on aligned_times.thread_id = unpaired_entries.thread_id
        and case when unpaired_entries.is_staged then aligned_times.staged_no else aligned_times.message_id end
        = unpaired_entries.entry_no
    where aligned_times.thread_id is null
)

select staged.entry_no, staged.thread_id, stored.entry_no, staged.sent_at_ms, stored.sent_at_ms
from numbered as staged
inner join numbered as stored
    on not stored.is_staged
    and stored.thread_id = staged.thread_id
    and stored.second_no = staged.second_no
    and stored.kind = staged.kind
    and stored.pair_no = staged.pair_no
where staged.is_staged

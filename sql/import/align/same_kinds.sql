-- Of the rest of a second, entries of one kind are the same message: edited, or a sentence in another language.
insert into aligned_times (staged_no, thread_id, message_id, staged_at_ms, stored_at_ms)
with numbered as (
    select *, row_number() over (
        partition by is_staged, thread_id, second_no, kind order by sent_at_ms, ordinal, entry_no
    ) as pair_no
    from unpaired_entries
    where not exists (
            select 1 from aligned_times as aligned
            where aligned.thread_id = unpaired_entries.thread_id
                and case when is_staged then staged_no else message_id end = entry_no
        )
)

select staged.entry_no, thread_id, stored.entry_no, staged.sent_at_ms, stored.sent_at_ms
from numbered as staged
inner join numbered as stored using (thread_id, second_no, kind, pair_no)
where staged.is_staged and not stored.is_staged

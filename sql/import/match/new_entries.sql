-- Entries that match no message of the store, counted on from those that the store has of the same thread and time.
insert into new_entries (staged_no, thread_id, sent_at_ms, occurrence_no)
select
    entry_no, thread_id, sent_at_ms,
    coalesce(message_count, 0) + row_number() over (partition by thread_id, sent_at_ms order by ordinal, entry_no)
from unmatched
left join (
    select thread_id, sent_at_ms, count(*) as message_count from stored_messages group by thread_id, sent_at_ms
) as instants using (thread_id, sent_at_ms)
where is_staged

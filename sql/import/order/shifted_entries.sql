-- What only an older download has of such an instant stands where the store has the rest.
update staged_messages
set ordinal = staged_messages.ordinal + 1024000000 * part_count
from shifted_instants
where staged_messages.thread_id = shifted_instants.thread_id
    and staged_messages.sent_at_ms = shifted_instants.sent_at_ms
    and not is_newer
    and not exists (select 1 from matched_entries as matched where matched.staged_no = staged_messages.staged_no)

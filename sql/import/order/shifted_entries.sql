-- What only an older download has of such an instant stands where the store has the rest.
update staged_messages
set ordinal = staged_messages.ordinal + 1024000000 * shifted_instants.part_count
from shifted_instants
where staged_messages.thread_id = shifted_instants.thread_id
    and staged_messages.sent_at_ms = shifted_instants.sent_at_ms
    and not shifted_instants.is_newer
    and staged_messages.staged_no not in (select matched_entries.staged_no from matched_entries)

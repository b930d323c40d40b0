-- What only an older download has of such an instant stands where the store has the rest.
update staged_messages
set ordinal = staged_messages.ordinal + 1024000000 * part_count
from shifted_instants
where staged_messages.thread_id = shifted_instants.thread_id
    and staged_messages.sent_at_ms = shifted_instants.sent_at_ms
    and not is_newer
    and staged_no in (select entry_no from unmatched where is_staged)

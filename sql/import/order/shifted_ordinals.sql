-- What only older downloads have of an instant moves to where a newer one has the rest: see shifted_entries.
update messages
set ordinal = unmatched.ordinal - 1024000000 * part_count
from shifted_instants
inner join unmatched using (thread_id, sent_at_ms)
where messages.thread_id = unmatched.thread_id and messages.message_id = unmatched.entry_no
    and not is_staged
    and shifted_instants.is_newer

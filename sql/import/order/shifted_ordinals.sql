-- What only older downloads have of an instant moves to where a newer one has the rest: see shifted_entries.
update messages
set ordinal = stored_messages.ordinal - 1024000000 * shifted_instants.part_count
from shifted_instants
inner join stored_messages
    on stored_messages.thread_id = shifted_instants.thread_id
    and stored_messages.sent_at_ms = shifted_instants.sent_at_ms
where messages.bucket = stored_messages.bucket
    and messages.thread_id = stored_messages.thread_id
    and messages.message_id = stored_messages.message_id
    and shifted_instants.is_newer
    and not exists (
        select 1
        from matched_entries
        where matched_entries.thread_id = stored_messages.thread_id
            and matched_entries.message_id = stored_messages.message_id
    )

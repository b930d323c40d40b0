-- Earlier words, unless they are known of the new thread's message or are its own.
-- Params: old_id, new_id
update message_edits
set
    thread_id = :new_id,
    message_id = matched_entries.message_id
from matched_entries
inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
inner join messages
    on messages.thread_id = matched_entries.thread_id and messages.message_id = matched_entries.message_id
where message_edits.thread_id = :old_id
    and message_edits.message_id = joined_messages.message_id
    and coalesce(messages.body, '') <> message_edits.body
    and not exists (
        select 1
        from message_edits as others
        where others.thread_id = :new_id
            and others.message_id = matched_entries.message_id
            and others.body = message_edits.body
    )

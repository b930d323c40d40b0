-- Earlier words, unless they are known of the new thread's message or are its own.
-- Params: old_id
update message_edits
set thread_id = messages.thread_id, message_id = messages.message_id
from matched_entries
inner join messages using (thread_id, message_id)
where message_edits.thread_id = :old_id and message_edits.message_id = staged_no
    and coalesce(messages.body, '') <> message_edits.body
    and not exists (
        select 1 from message_edits as others
        where others.thread_id = messages.thread_id
            and others.message_id = messages.message_id
            and others.body = message_edits.body
    )

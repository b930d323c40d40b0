-- Files of messages that are no more.
-- Params: old_id
delete from attachments
where thread_id = :old_id
    and not exists (
        select 1
        from messages
        where messages.thread_id = attachments.thread_id
            and messages.message_id = attachments.message_id
    )

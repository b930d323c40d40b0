-- Of messages that are no more.
-- Params: old_id
delete from merged_messages
where thread_id = :old_id
    and not exists (
        select 1
        from messages
        where messages.thread_id = merged_messages.thread_id
            and messages.message_id = merged_messages.message_id
    )

-- Languages of messages that are no more.
-- Params: old_id
delete from message_languages
where thread_id = :old_id
    and not exists (
        select 1
        from messages
        where messages.thread_id = message_languages.thread_id
            and messages.message_id = message_languages.message_id
    )

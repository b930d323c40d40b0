-- Reactions to messages that are no more.
-- Params: old_id
delete from reactions
where thread_id = :old_id
    and not exists (
        select 1
        from messages
        where messages.thread_id = reactions.thread_id
            and messages.message_id = reactions.message_id
    )

-- What both threads hold is one message, the new thread's.
-- Params: old_id
delete from messages
where thread_id = :old_id
    and message_id in (
        select joined_messages.message_id
        from joined_messages
        inner join matched_entries on matched_entries.staged_no = joined_messages.staged_no
    )

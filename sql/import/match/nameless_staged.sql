-- Entries whose sender cannot be known by name: of a deleted account, or of somebody new where the store has one.
update staged_messages
set person_key = 0
where exists (
        select 1
        from participants
        where participants.participant_id = staged_messages.participant_id
            and participants.is_anonymous
    )
    or (
        exists (
            select 1
            from stored_messages
            inner join participants on participants.participant_id = stored_messages.participant_id
            where stored_messages.thread_id = staged_messages.thread_id
                and participants.is_anonymous
        )
        and not exists (
            select 1
            from stored_messages
            where stored_messages.thread_id = staged_messages.thread_id
                and stored_messages.participant_id = staged_messages.participant_id
        )
    )

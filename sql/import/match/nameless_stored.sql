-- Messages whose sender may be nobody in this download: of a deleted account, or of somebody whom a download with a
-- deleted account no longer lists.
update stored_messages
set person_key = 0
where exists (
        select 1
        from participants
        where participants.participant_id = stored_messages.participant_id
            and participants.is_anonymous
    )
    or (
        exists (
            select 1
            from staged_people
            inner join participants on participants.participant_id = staged_people.participant_id
            where staged_people.thread_id = stored_messages.thread_id
                and participants.is_anonymous
        )
        and not exists (
            select 1
            from staged_people
            where staged_people.thread_id = stored_messages.thread_id
                and staged_people.participant_id = stored_messages.participant_id
        )
    )

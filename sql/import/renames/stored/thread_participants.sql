-- Somebody else is in the thread instead, unless both are known to be.
-- Params: thread_id, old_id, new_id
update thread_participants
set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id
    and not exists (
        select 1
        from thread_participants as others
        where others.thread_id = :thread_id
            and others.participant_id = :new_id
    )

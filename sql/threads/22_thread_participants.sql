-- Params: old_id, new_id
update thread_participants set thread_id = :new_id
where thread_id = :old_id
    and not exists (
        select 1
        from thread_participants as others
        where others.participant_id = thread_participants.participant_id
            and others.thread_id = :new_id
    )

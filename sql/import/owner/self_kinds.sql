-- A chat in which one person is known alone is a self chat only when that person is the owner.
-- Params: owner_id
update threads
set kind = 'direct'
where threads.owner_id = :owner_id
    and threads.kind = 'self'
    and exists (
        select 1
        from owners
        where owners.owner_id = threads.owner_id
            and owners.self_participant_id is not null
    )
    and not exists (
        select 1
        from thread_participants
        inner join participants on participants.participant_id = thread_participants.participant_id
        where thread_participants.thread_id = threads.thread_id
            and participants.is_self
    )

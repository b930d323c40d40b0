-- A chat in which one person is known alone is a self chat only when that person is the owner.
-- Params: owner_id
update threads
set kind = 'direct'
where kind = 'self'
    and owner_id = :owner_id
    and owner_id in (select owners.owner_id from owners where owners.self_participant_id is not null)
    and thread_id not in (
        select thread_participants.thread_id
        from thread_participants
        inner join participants using (participant_id)
        where participants.is_self
    )

-- What the store has of somebody in one thread becomes somebody else's.
-- Params: thread_id, old_id, new_id
update messages
set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id

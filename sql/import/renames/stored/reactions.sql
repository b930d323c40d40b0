-- The reactions of somebody in one thread become somebody else's.
-- Params: thread_id, old_id, new_id
update reactions
set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id

-- Who is still in the thread beside the other is in it no more.
-- Params: thread_id, old_id
delete from thread_participants
where thread_id = :thread_id
    and participant_id = :old_id

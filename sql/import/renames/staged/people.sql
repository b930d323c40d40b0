-- Somebody whom a download lists in one thread is somebody else.
-- Params: thread_id, old_id, new_id
update staged_people set participant_id = :new_id where thread_id = :thread_id and participant_id = :old_id

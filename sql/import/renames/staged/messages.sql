-- What a download has of somebody in one thread was said by somebody else.
-- Params: thread_id, old_id, new_id
update staged_messages set participant_id = :new_id where thread_id = :thread_id and participant_id = :old_id

-- A message of somebody in a thread.
-- Params: thread_id, old_id
select message_id from messages where thread_id = :thread_id and participant_id = :old_id limit 1

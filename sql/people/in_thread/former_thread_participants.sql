-- One thread in which two people are, who are one: once is enough.
-- Params: old_id, thread_id
delete from thread_participants where thread_id = :thread_id and participant_id = :old_id

-- Threads that two people are in, who are one: once is enough.
-- Params: old_id
delete from thread_participants where participant_id = :old_id

-- Params: old_id
delete from thread_participants where thread_id = :old_id

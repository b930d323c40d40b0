-- Params: old_id
delete from threads where thread_id = :old_id

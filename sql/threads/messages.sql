-- The messages of one thread become another's.
-- Params: old_id, new_id, new_bucket
update messages set thread_id = :new_id, bucket = :new_bucket where thread_id = :old_id

-- The languages of one thread's messages become another's.
-- Params: old_id, new_id, new_bucket
update message_languages set thread_id = :new_id, bucket = :new_bucket where thread_id = :old_id

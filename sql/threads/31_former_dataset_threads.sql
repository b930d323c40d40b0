-- Params: old_id
delete from dataset_threads where thread_id = :old_id

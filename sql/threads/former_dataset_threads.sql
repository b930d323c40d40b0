-- Datasets that list two threads that are one: the other's row counts.
-- Params: old_id
delete from dataset_threads where thread_id = :old_id

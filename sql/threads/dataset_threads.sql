-- The datasets that list one thread, and not the other, list the other.
-- Params: old_id, new_id
update dataset_threads set thread_id = :new_id
where thread_id = :old_id
    and dataset_id not in (select dataset_id from dataset_threads where thread_id = :new_id)

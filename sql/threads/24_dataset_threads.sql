-- Params: old_id, new_id
update dataset_threads set thread_id = :new_id
where thread_id = :old_id
    and not exists (
        select 1
        from dataset_threads as others
        where others.dataset_id = dataset_threads.dataset_id
            and others.thread_id = :new_id
    )

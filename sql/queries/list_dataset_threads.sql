-- The threads that a dataset's recipe names.
-- Grain: thread_id
-- Params: dataset_id
-- Order: thread_id
select
    dataset_threads.thread_id,
    threads.title,
    dataset_threads.is_included
from dataset_threads
join threads on threads.thread_id = dataset_threads.thread_id
where dataset_threads.dataset_id = :dataset_id
order by dataset_threads.thread_id

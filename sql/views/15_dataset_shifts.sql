-- The windows that one turn of a sliding dataset can stand in, as distances from the first of them: 0, 1, ...
-- Windows overlap, so a turn stands in up to chunk_size / (chunk_size - chunk_overlap) of them, rounded up. The
-- numbers end at 999; a chunk_size of at most 1000 never needs more.
-- Grain: dataset_id, shift
create or replace view dataset_shifts as
select
    datasets.dataset_id,
    numbers.number as shift,
    datasets.chunk_size,
    datasets.chunk_size - datasets.chunk_overlap as step
from datasets
join numbers
    on numbers.number * (datasets.chunk_size - datasets.chunk_overlap) < datasets.chunk_size
where datasets.mode = 'sliding'

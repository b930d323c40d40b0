-- The datasets of a name (its newest version), or of an id (that version).
-- Grain: id
-- Params: name (an exact name, or an id in decimal digits)
select
    datasets.dataset_id as id,
    datasets.name,
    cast(null as varchar) as owner
from datasets
where
    cast(datasets.dataset_id as varchar) = :name
    or datasets.name = :name
    and datasets.version_no = (select max(others.version_no) from datasets as others where others.name = :name)
order by datasets.dataset_id

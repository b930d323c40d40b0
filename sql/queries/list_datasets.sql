-- Datasets with their options and the name of their persona.
-- Grain: dataset_id
-- Params: dataset_id (null: all)
-- Order: name, version_no
select
    datasets.*,
    personas.name as persona_name
from datasets
join personas on personas.persona_id = datasets.persona_id
where cast(:dataset_id as bigint) is null or datasets.dataset_id = :dataset_id
order by datasets.name, datasets.version_no

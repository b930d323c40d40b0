-- The recipe of one export, and the name of the persona whose voice it teaches.
-- Grain: export_id
-- Params: export_id
select
    exports.recipe,
    personas.name as persona
from exports
left join datasets on datasets.dataset_id = exports.dataset_id
left join personas on personas.persona_id = datasets.persona_id
where exports.export_id = :export_id

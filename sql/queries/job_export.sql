-- One export and the name of its dataset.
-- Grain: export_id
-- Params: export_id
select
    exports.export_id,
    exports.format,
    exports.path,
    exports.sha256,
    exports.byte_count,
    exports.example_count,
    exports.token_count,
    exports.recipe,
    datasets.name as dataset_name
from exports
left join datasets on datasets.dataset_id = exports.dataset_id
where exports.export_id = :export_id

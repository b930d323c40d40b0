-- The export of an id, or those of a dataset's newest version.
-- Grain: export_id
-- Params: name (an export's id, or a dataset's exact name or id)
-- Order: the export of that id first, then the newest
select
    exports.export_id,
    exports.format,
    exports.split,
    exports.path,
    exports.example_count,
    exports.token_count,
    exports.created_at,
    case when cast(exports.export_id as varchar) = :name then true else false end as is_named
from exports
left join datasets on datasets.dataset_id = exports.dataset_id
where
    cast(exports.export_id as varchar) = :name
    or cast(exports.dataset_id as varchar) = :name
    or datasets.name = :name
order by is_named desc, exports.export_id desc

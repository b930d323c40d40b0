-- The exports of the command that wrote a file with some hash, if it recorded them after that file was finished.
-- Grain: export_id
-- Params: sha256, finished_at (UTC)
select
    exports.export_id,
    exports.path,
    exports.sha256
from exports
join exports as written
    on written.dataset_id = exports.dataset_id
    and written.created_at = exports.created_at
where written.sha256 = :sha256
    and written.created_at >= :finished_at

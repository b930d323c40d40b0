-- The files that one import looked at, those that it could not read first.
-- Grain: path
-- Params: import_id
-- Order: status (failed, skipped, loaded, unchanged), path
select
    path,
    status,
    reason,
    source,
    message_count,
    byte_count,
    sha256
from import_files
where import_id = :import_id
order by
    case status
        when 'failed' then 1
        when 'skipped' then 2
        when 'loaded' then 3
        else 4
    end,
    path

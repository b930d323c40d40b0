-- Every import, with the label of the person whose archives it read.
-- Grain: import_id
-- Order: import_id, the order of starting
select
    imports.import_id,
    owners.label as owner,
    imports.started_at,
    imports.finished_at,
    imports.status,
    imports.file_count,
    imports.added_count,
    imports.changed_count,
    imports.known_count,
    imports.skipped_count,
    imports.arguments
from imports
join owners on owners.owner_id = imports.owner_id
order by imports.import_id

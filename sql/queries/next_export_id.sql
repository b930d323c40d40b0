-- The id of the next export: 1, 2, 3 in the order of writing.
-- Grain: one row
select coalesce(max(export_id), 0) + 1 as export_id
from exports

-- The newest import; 0 when there was none.
-- Grain: one row
select coalesce(max(import_id), 0) as import_id
from imports

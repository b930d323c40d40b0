-- How far each import is.
-- Grain: import_id
select import_id, status from imports

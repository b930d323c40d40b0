-- The exports that were written from a dataset.
-- Grain: export_id
-- Params: dataset_id
-- Order: export_id
select export_id, path, created_at from exports where dataset_id = :dataset_id order by export_id

-- One export.
-- Grain: export_id
-- Params: export_id
select export_id, dataset_id, format, split, path, sha256 from exports where export_id = :export_id

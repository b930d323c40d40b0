-- How an import ended, and what it did until then.
-- Params: import_id, finished_at, status, file_count, added_count, changed_count, known_count, skipped_count
update imports
set
    finished_at = :finished_at, status = :status, file_count = :file_count, added_count = :added_count,
    changed_count = :changed_count, known_count = :known_count, skipped_count = :skipped_count
where import_id = :import_id

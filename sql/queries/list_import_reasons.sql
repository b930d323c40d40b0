-- Why each import passed over files, or could not read them.
-- Grain: import_id, reason
-- Order: import_id, reason
select
    import_id,
    reason,
    count(*) as file_count
from import_files
where reason is not null
group by import_id, reason
order by import_id, reason

-- Files that were loaded for an owner before, with the messages in each.
-- Grain: sha256, path
-- Params: owner_label
select
    import_files.sha256,
    import_files.path,
    max(import_files.message_count) as message_count
from import_files
inner join imports on imports.import_id = import_files.import_id
inner join owners on owners.owner_id = imports.owner_id
where owners.label = :owner_label
    and import_files.status = 'loaded'
group by import_files.sha256, import_files.path

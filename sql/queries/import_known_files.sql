-- Files that were loaded for an owner before: the messages in each, whose platform they were taken for, and what of it
-- could not be read, as the newest import that parsed it found.
-- Grain: sha256, path
-- Params: owner_label
with

looked_at as (
    select
        import_files.import_id,
        import_files.sha256,
        import_files.path,
        max(case when import_files.status = 'loaded' then import_files.message_count end) as message_count,
        max(case when import_files.status = 'loaded' then import_files.source end) as source,
        max(case when import_files.status = 'failed' then import_files.reason end) as reason
    from import_files
    inner join imports on imports.import_id = import_files.import_id
    inner join owners on owners.owner_id = imports.owner_id
    where owners.label = :owner_label
        and import_files.status in ('loaded', 'failed')
        and import_files.sha256 is not null
    group by import_files.import_id, import_files.sha256, import_files.path
),

ranked as (
    select
        *,
        row_number() over (partition by sha256, path order by import_id desc) as rank_no
    from looked_at
    where message_count is not null
)

select
    sha256,
    path,
    message_count,
    source,
    reason
from ranked
where rank_no = 1

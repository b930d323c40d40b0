-- Files that were loaded for an owner before: the messages in each, whose platform they were taken for, and what of it
-- could not be read, as the newest import that parsed it found. outdated_at_ms: the clock of the newest download that had
-- other words for its chat, though no newer message; a download newer than that one has the last word with the old bytes.
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
),

outdated as (
    select
        spoken.import_id,
        thread_keys.key_value,
        max(later_imports.newest_at_ms) as outdated_at_ms
    from thread_imports as spoken
    inner join imports on imports.import_id = spoken.import_id
    inner join thread_imports as later
        on later.thread_id = spoken.thread_id and later.newest_at_ms = spoken.newest_at_ms
    inner join imports as later_imports
        on later_imports.import_id = later.import_id and later_imports.newest_at_ms > imports.newest_at_ms
    inner join thread_keys on thread_keys.thread_id = spoken.thread_id
    where thread_keys.key_kind in ('folder', 'file')
    group by spoken.import_id, thread_keys.key_value
)

select
    ranked.sha256,
    ranked.path,
    ranked.message_count,
    ranked.source,
    ranked.reason,
    max(outdated.outdated_at_ms) as outdated_at_ms
from ranked
left join outdated
    on outdated.import_id = ranked.import_id
    -- The folder of a chat's parts, the file of an encrypted chat.
    and outdated.key_value in (
        split_part(ranked.path, '/', -2), replace(split_part(ranked.path, '/', -1), '.json', '')
    )
where ranked.rank_no = 1
group by ranked.sha256, ranked.path, ranked.message_count, ranked.source, ranked.reason

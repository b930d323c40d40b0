-- Files that were loaded for an owner before: the messages in each, whose platform they were taken for, and what of it
-- could not be read, as the newest import that parsed it found. outdated_at_ms: the clock of the newest download that had
-- other words for its chat, though no newer message; a download newer than that one has the last word with the old bytes.
-- Grain: sha256, path
-- Params: owner_label
with

parsed as (
    select
        import_id, sha256, path,
        max(case when files.status = 'loaded' then message_count end) as message_count,
        max(case when files.status = 'loaded' then source end) as source,
        max(case when files.status = 'failed' then reason end) as reason,
        row_number() over (partition by sha256, path order by import_id desc) as rank_no
    from import_files as files
    inner join imports using (import_id)
    inner join owners using (owner_id)
    where owners.label = :owner_label and files.status in ('loaded', 'failed') and sha256 is not null
    group by import_id, sha256, path
    having max(case when files.status = 'loaded' then message_count end) is not null
),

outdated as (
    select spoken.import_id, key_value, max(later_imports.newest_at_ms) as outdated_at_ms
    from imports
    inner join thread_imports as spoken on spoken.import_id = imports.import_id
    inner join thread_imports as later
        on later.thread_id = spoken.thread_id and later.newest_at_ms = spoken.newest_at_ms
    inner join imports as later_imports
        on later_imports.import_id = later.import_id and later_imports.newest_at_ms > imports.newest_at_ms
    inner join thread_keys on thread_keys.thread_id = spoken.thread_id
    where key_kind in ('folder', 'file')
    group by spoken.import_id, key_value
)

select sha256, path, message_count, source, reason, max(outdated_at_ms) as outdated_at_ms
from parsed
left join outdated
    on outdated.import_id = parsed.import_id
    -- The folder of a chat's parts, the file of an encrypted chat.
    and key_value in (split_part(path, '/', -2), replace(split_part(path, '/', -1), '.json', ''))
where rank_no = 1
group by sha256, path, message_count, source, reason

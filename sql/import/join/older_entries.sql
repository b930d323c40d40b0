-- Each message is as old as the newest download that held it, and not as the newest of its thread: what an older one said
-- does not replace what a newer one says. Source: FORMATS.md section 4.2.
-- Params: old_id, new_id
update matched_entries
set
    is_newer = false,
    effect = case
        when matched_entries.effect = 'replace' and older.kind = 'text' then 'remember'
        when matched_entries.effect = 'replace' then 'keep'
        else matched_entries.effect
    end
from (
    with

    clocks as (
        select
            thread_imports.thread_id,
            thread_imports.import_id,
            max(coalesce(thread_imports.newest_at_ms, -4611686018427387904)) as thread_newest_at_ms,
            max(coalesce(imports.newest_at_ms, -4611686018427387904)) as newest_at_ms
        from thread_imports
        inner join imports on imports.import_id = thread_imports.import_id
        where thread_imports.thread_id in (:old_id, :new_id)
        group by thread_imports.thread_id, thread_imports.import_id
    )

    select
        staged_messages.staged_no,
        staged_messages.kind
    from matched_entries
    inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
    inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
    inner join messages
        on messages.thread_id = matched_entries.thread_id and messages.message_id = matched_entries.message_id
    inner join clocks as olds
        on olds.thread_id = :old_id and olds.import_id = joined_messages.last_import_id
    inner join clocks as news
        on news.thread_id = :new_id and news.import_id = messages.last_import_id
    where olds.thread_newest_at_ms < news.thread_newest_at_ms
        or (olds.thread_newest_at_ms = news.thread_newest_at_ms and olds.newest_at_ms < news.newest_at_ms)
) as older
where matched_entries.staged_no = older.staged_no

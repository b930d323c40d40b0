-- Each message is as old as the newest download that held it, and not as the newest of its thread: what an older one said
-- does not replace what a newer one says. Source: FORMATS.md section 4.2.
-- Params: old_id
update matched_entries
set
    is_newer = false,
    effect = case
        when effect <> 'replace' then effect
        when older.kind = 'text' then 'remember'
        else 'keep'
    end
from (
    select staged_no, olds.kind
    from matched_entries as matched
    inner join messages as olds on olds.thread_id = :old_id and olds.message_id = staged_no
    inner join messages as news on news.thread_id = matched.thread_id and news.message_id = matched.message_id
    inner join thread_downloads as old_ones on old_ones.is_staged and old_ones.import_id = olds.last_import_id
    inner join thread_downloads as new_ones on not new_ones.is_staged and new_ones.import_id = news.last_import_id
    where old_ones.age_no < new_ones.age_no
) as older
where matched_entries.staged_no = older.staged_no

-- Each message is as old as the newest download that held it, and not as the newest of its thread: what an older one said
-- does not replace what a newer one says. Source: FORMATS.md section 4.2.
update matched_entries
set
    is_newer = false,
    effect = case
        when matched_entries.effect = 'replace' and older.kind = 'text' then 'remember'
        when matched_entries.effect = 'replace' then 'keep'
        else matched_entries.effect
    end
from (
    select
        staged_messages.staged_no,
        staged_messages.kind
    from matched_entries
    inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
    inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
    inner join messages
        on messages.thread_id = matched_entries.thread_id and messages.message_id = matched_entries.message_id
    inner join thread_downloads as olds
        on olds.is_staged and olds.import_id = joined_messages.last_import_id
    inner join thread_downloads as news
        on not news.is_staged and news.import_id = messages.last_import_id
    where olds.age_no < news.age_no
) as older
where matched_entries.staged_no = older.staged_no

-- Of the messages that the running import added to one of two threads and that were known as messages of the other: those
-- of which it says what was known, and those that it changes.
-- Params: old_id, import_id
select
    count(*) as added_count,
    count(
        case
            when olds.first_import_id = :import_id and effect in ('replace', 'unsend', 'fill', 'recognise') then 1
            -- The older words are those that were known.
            when news.first_import_id = :import_id and effect = 'remember' then 1
        end
    ) as changed_count
from matched_entries
inner join messages as olds on olds.thread_id = :old_id and olds.message_id = staged_no
inner join messages as news
    on news.thread_id = matched_entries.thread_id and news.message_id = matched_entries.message_id
where (olds.first_import_id = :import_id) <> (news.first_import_id = :import_id)

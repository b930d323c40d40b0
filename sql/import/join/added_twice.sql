-- Of the messages that the running import added to one of two threads and that were known as messages of the other: those
-- of which it says what was known, and those that it changes.
-- Params: import_id
with

added as (
    select
        matched_entries.effect,
        joined_messages.first_import_id = :import_id as is_staged_new
    from matched_entries
    inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
    inner join messages
        on messages.thread_id = matched_entries.thread_id and messages.message_id = matched_entries.message_id
    where (messages.first_import_id = :import_id) <> (joined_messages.first_import_id = :import_id)
)

select
    count(*) as added_count,
    count(
        case
            when is_staged_new and effect in ('replace', 'unsend', 'fill', 'recognise') then 1
            -- The older words are those that were known.
            when not is_staged_new and effect = 'remember' then 1
        end
    ) as changed_count
from added

-- Words that are no longer a message's own: replaced by newer ones, removed, or read later from an older download.
-- Params: import_id
insert into message_edits (thread_id, message_id, body, replaced_import_id)
with

former as (
    select
        matched_entries.thread_id,
        matched_entries.message_id,
        case when matched_entries.effect = 'remember' then staged_messages.body else stored_messages.body end as body
    from matched_entries
    inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
    inner join stored_messages
        on stored_messages.thread_id = matched_entries.thread_id
        and stored_messages.message_id = matched_entries.message_id
    where (
            matched_entries.effect = 'remember'
            and coalesce(stored_messages.body, '') <> coalesce(staged_messages.body, '')
        )
        or (
            matched_entries.effect in ('replace', 'unsend')
            and stored_messages.kind = 'text'
            and coalesce(stored_messages.body, '') <> coalesce(staged_messages.body, '')
        )
)

select
    former.thread_id,
    former.message_id,
    former.body,
    :import_id
from former
left join message_edits
    on message_edits.thread_id = former.thread_id
    and message_edits.message_id = former.message_id
    and message_edits.body = former.body
where message_edits.message_id is null
    and former.body is not null

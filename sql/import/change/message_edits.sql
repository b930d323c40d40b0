-- Words that are no longer a message's own: replaced by newer ones, removed, or read later from an older download.
-- Params: import_id
insert into message_edits (thread_id, message_id, body, replaced_import_id)
select thread_id, message_id, body, :import_id
from (
    select held.thread_id, held.message_id, case effect when 'remember' then staged.body else stored.body end as body
    from matched_entries as held
    inner join staged_messages as staged using (staged_no)
    inner join stored_messages as stored on stored.thread_id = held.thread_id and stored.message_id = held.message_id
    where (effect = 'remember' or (effect in ('replace', 'unsend') and stored.kind = 'text'))
        and coalesce(stored.body, '') <> coalesce(staged.body, '')
    except
    select thread_id, message_id, body from message_edits
) as former
where body is not null

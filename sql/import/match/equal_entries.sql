-- An entry is known when the store holds an equal message of the same person at the same time, one for one: the
-- second of two equal ones is the second of the store's. Source: FORMATS.md section 4.2, rule 1. Words may have proved to
-- be a sentence that nobody typed, since a list has it now.
insert into matched_entries (staged_no, thread_id, message_id, is_newer, effect)
select
    staged_no, thread_id, message_id, is_newer,
    case when stored.kind = 'text' and staged_messages.kind = 'system' then 'recognise' else 'same' end
from entries
inner join staged_messages using (staged_no)
inner join (
    select *, row_number() over (
        partition by thread_id, sent_at_ms, participant_id, said_key, is_gone order by ordinal, message_id
    ) as repeat_no
    from stored_messages
) as stored using (thread_id, sent_at_ms, participant_id, said_key, is_gone, repeat_no)

-- An entry is known when the store holds an equal message of the same person at the same time, one for one: the
-- second of two equal ones is the second of the store's. Source: FORMATS.md section 4.2, rule 1. Words may have proved to
-- be a sentence that nobody typed, since a list has it now.
insert into matched_entries
with

numbered as (
    select
        *,
        row_number() over (
            partition by
                thread_id, sent_at_ms, participant_id, body, share_url, media,
                case when kind = 'unsent' then 1 else 0 end
            order by ordinal, message_id
        ) as repeat_no
    from stored_messages
)

select
    staged_messages.staged_no,
    numbered.bucket,
    numbered.thread_id,
    numbered.message_id,
    numbered.is_newer,
    case when numbered.kind = 'text' and staged_messages.kind = 'system' then 'recognise' else 'same' end as effect
from entries
inner join staged_messages on staged_messages.staged_no = entries.staged_no
inner join numbered
    on numbered.thread_id = staged_messages.thread_id
    and numbered.sent_at_ms = staged_messages.sent_at_ms
    and numbered.participant_id = staged_messages.participant_id
    and coalesce(numbered.body, '') = coalesce(staged_messages.body, '')
    and coalesce(numbered.share_url, '') = coalesce(staged_messages.share_url, '')
    and numbered.media = staged_messages.media
    and (numbered.kind = 'unsent') = (staged_messages.kind = 'unsent')
    and numbered.repeat_no = entries.repeat_no

-- What the store holds of the old thread, as a download of the new one would have it.
-- Params: old_id, new_id, new_bucket
insert into staged_messages (
    staged_no, file_no, thread_id, bucket, participant_id, sent_at_ms, sent_at, ordinal, kind, body, share_url,
    share_text, media, call_seconds, is_unsent, is_taken_down, is_sentence, names_sender
)
select
    message_id, 0, :new_id, :new_bucket, participant_id, sent_at_ms, sent_at, ordinal, kind, body, share_url,
    share_text, coalesce(kinds, ''), call_seconds, is_unsent, is_taken_down, false,
    exists (
        select 1 from participant_names as names
        where names.participant_id = messages.participant_id and position(names.name || ' ' in messages.body) = 1
    )
from messages
left join (
    select message_id, string_agg(attachments.kind, ',' order by attachment_no) as kinds
    from attachments
    where thread_id = :old_id
    group by message_id
) as media using (message_id)
where thread_id = :old_id

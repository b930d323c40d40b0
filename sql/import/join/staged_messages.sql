-- What the store holds of the old thread, as a download of the new one would have it.
-- Params: old_id, new_id, new_bucket
insert into staged_messages (
    staged_no, file_no, thread_id, bucket, participant_id, sent_at_ms, sent_at, ordinal, kind, body, share_url,
    share_text, media, call_seconds, is_unsent, is_taken_down, is_sentence, names_sender
)
with

media as (
    select
        message_id,
        string_agg(kind, ',' order by attachment_no) as kinds
    from attachments
    where thread_id = :old_id
    group by message_id
)

select
    joined_messages.staged_no,
    0 as file_no,
    :new_id,
    :new_bucket,
    messages.participant_id,
    messages.sent_at_ms,
    messages.sent_at,
    messages.ordinal,
    messages.kind,
    messages.body,
    messages.share_url,
    messages.share_text,
    coalesce(media.kinds, '') as media,
    messages.call_seconds,
    messages.is_unsent,
    messages.is_taken_down,
    false as is_sentence,
    exists (
        select 1
        from participant_names
        where participant_names.participant_id = messages.participant_id
            and position(participant_names.name || ' ' in messages.body) = 1
    ) as names_sender
from joined_messages
inner join messages on messages.thread_id = :old_id and messages.message_id = joined_messages.message_id
left join media on media.message_id = joined_messages.message_id

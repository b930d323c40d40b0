-- An entry is known when the store holds an equal message of the same person at the same time, one for one: the
-- second of two equal ones is the second of the store's. Source: FORMATS.md section 4.2, rule 1.
-- Params: none
insert into known_entries
with

touched as (
    select
        bucket,
        thread_id,
        min(sent_at_ms) as first_at_ms,
        max(sent_at_ms) as last_at_ms
    from staged_messages
    group by bucket, thread_id
),

stored as (
    select messages.*
    from messages
    inner join touched on touched.bucket = messages.bucket and touched.thread_id = messages.thread_id
    where messages.sent_at_ms between touched.first_at_ms and touched.last_at_ms
),

stored_media as (
    select
        attachments.thread_id,
        attachments.message_id,
        string_agg(attachments.kind, ',' order by attachments.attachment_no) as media
    from attachments
    inner join touched on touched.thread_id = attachments.thread_id
    group by attachments.thread_id, attachments.message_id
),

described as (
    select
        stored.bucket,
        stored.thread_id,
        stored.message_id,
        stored.participant_id,
        stored.sent_at_ms,
        stored.ordinal,
        coalesce(stored.body, '') as body,
        coalesce(stored.share_url, '') as share_url,
        coalesce(stored_media.media, '') as media
    from stored
    left join stored_media
        on stored_media.thread_id = stored.thread_id and stored_media.message_id = stored.message_id
),

numbered as (
    select
        *,
        row_number() over (
            partition by thread_id, sent_at_ms, participant_id, body, share_url, media
            order by ordinal, message_id
        ) as repeat_no
    from described
)

select
    staged_messages.staged_no,
    numbered.bucket,
    numbered.thread_id,
    numbered.message_id,
    staged_messages.ordinal
from entries
inner join staged_messages on staged_messages.staged_no = entries.staged_no
inner join numbered
    on numbered.thread_id = staged_messages.thread_id
    and numbered.sent_at_ms = staged_messages.sent_at_ms
    and numbered.participant_id = staged_messages.participant_id
    and numbered.body = coalesce(staged_messages.body, '')
    and numbered.share_url = coalesce(staged_messages.share_url, '')
    and numbered.media = staged_messages.media
    and numbered.repeat_no = entries.repeat_no

-- What people sent without words, with words that stand for it: [photo], [photo] [video], [location]. Datasets with
-- has_placeholders show it. is_sticker is 1 when it holds stickers only.
-- Grain: thread_id, message_id
create or replace view media_messages as
with

kinds as (
    select
        messages.message_id,
        messages.bucket,
        messages.thread_id,
        messages.participant_id,
        messages.sent_at_ms,
        messages.ordinal,
        -- Media without a file is a place on the map.
        coalesce(attachments.kind, 'location') as attachment_kind,
        min(coalesce(attachments.attachment_no, 1)) as first_attachment_no
    from messages
    left join attachments
        on attachments.thread_id = messages.thread_id
        and attachments.message_id = messages.message_id
    where messages.kind = 'media'
    group by
        messages.bucket,
        messages.thread_id,
        messages.message_id,
        messages.participant_id,
        messages.sent_at_ms,
        messages.ordinal,
        coalesce(attachments.kind, 'location')
)

select
    message_id,
    bucket,
    thread_id,
    participant_id,
    sent_at_ms,
    ordinal,
    string_agg('[' || attachment_kind || ']', ' ' order by first_attachment_no) as body,
    min(case when attachment_kind = 'sticker' then 1 else 0 end) as is_sticker
from kinds
group by bucket, thread_id, message_id, participant_id, sent_at_ms, ordinal

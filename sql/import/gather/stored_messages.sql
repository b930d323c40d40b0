-- What the store holds of the batch's threads, as far as the batch reaches.
insert into stored_messages (
    bucket, thread_id, message_id, participant_id, sent_at_ms, ordinal, kind, body, share_url, media, is_newer,
    is_as_old, may_be_cut
)
with

touched as (
    select
        bucket,
        thread_id,
        min(sent_at_ms) as first_at_ms,
        max(sent_at_ms) as last_at_ms
    from staged_messages
    -- Of a thread that no import spoke of before, the store has nothing.
    where thread_id in (select thread_downloads.thread_id from thread_downloads where not thread_downloads.is_staged)
    group by bucket, thread_id
),

staged_downloads as (
    select
        thread_id,
        min(first_at_ms) as first_at_ms,
        max(newest_at_ms) as newest_at_ms,
        min(newest_part_no) as newest_part_no,
        max(age_no) as age_no
    from thread_downloads
    where is_staged
    group by thread_id
),

stored as (
    select messages.*
    from messages
    inner join touched on touched.bucket = messages.bucket and touched.thread_id = messages.thread_id
    -- A second more on both sides, for downloads that tell no more than the second.
    where messages.sent_at_ms between touched.first_at_ms - 999 and touched.last_at_ms + 999
),

stored_media as (
    select
        attachments.thread_id,
        attachments.message_id,
        string_agg(attachments.kind, ',' order by attachments.attachment_no) as media
    from attachments
    inner join touched on touched.thread_id = attachments.thread_id
    group by attachments.thread_id, attachments.message_id
)

select
    stored.bucket,
    stored.thread_id,
    stored.message_id,
    stored.participant_id,
    stored.sent_at_ms,
    stored.ordinal,
    stored.kind,
    stored.body,
    stored.share_url,
    coalesce(stored_media.media, '') as media,
    coalesce(staged_downloads.age_no >= newest_download.age_no, true) as is_newer,
    coalesce(staged_downloads.age_no = newest_download.age_no, false) as is_as_old,
    coalesce(
        -- One side ends where the other begins, and is not known to end with its newest part.
        (
            stored.sent_at_ms = staged_downloads.first_at_ms
            and stored.sent_at_ms = first_download.newest_at_ms
            and stored.sent_at_ms = newest_download.newest_at_ms
            and first_download.newest_part_no > 1
            and newest_download.newest_part_no > 1
        )
        or (
            stored.sent_at_ms = staged_downloads.newest_at_ms
            and stored.sent_at_ms = first_download.first_at_ms
            and stored.sent_at_ms = newest_download.first_at_ms
            and staged_downloads.newest_part_no > 1
        ),
        false
    ) as may_be_cut
from stored
inner join staged_downloads on staged_downloads.thread_id = stored.thread_id
left join stored_media
    on stored_media.thread_id = stored.thread_id and stored_media.message_id = stored.message_id
left join thread_downloads as first_download
    on first_download.thread_id = stored.thread_id
    and first_download.import_id = stored.first_import_id
    and not first_download.is_staged
left join thread_downloads as newest_download
    on newest_download.thread_id = stored.thread_id
    and newest_download.import_id = stored.last_import_id
    and not newest_download.is_staged

-- What the store holds of the batch's threads, as far as the batch reaches.
insert into stored_messages (
    thread_id, message_id, participant_id, sent_at_ms, ordinal, kind, body, said_key, is_gone, has_media,
    first_import_id, is_newer, is_as_old, may_be_cut
)
with

touched as (
    -- A second more on both sides, for downloads that tell no more than the second.
    select bucket, thread_id, min(sent_at_ms) - 999 as first_at_ms, max(sent_at_ms) + 999 as last_at_ms
    from staged_messages
    -- Of a thread that no import spoke of before, the store has nothing.
    where thread_id in (select thread_downloads.thread_id from thread_downloads where not thread_downloads.is_staged)
    group by bucket, thread_id
),

staged_downloads as (
    select
        thread_id, min(first_at_ms) as first_at_ms, max(newest_at_ms) as newest_at_ms,
        min(newest_part_no) as newest_part_no, max(age_no) as age_no
    from thread_downloads
    where is_staged
    group by thread_id
),

stored_downloads as (select * from thread_downloads where not is_staged),

stored_media as (
    select thread_id, message_id, string_agg(kind, ',' order by attachment_no) as media
    from attachments
    where thread_id in (select touched.thread_id from touched)
    group by thread_id, message_id
)

select
    messages.thread_id, message_id, participant_id, sent_at_ms, ordinal, kind, body,
    -- As in entries.
    concat(media, ' ', coalesce(length(share_url), 0), ' ', share_url, body) as said_key,
    kind = 'unsent' as is_gone, media is not null as has_media, first_import_id,
    coalesce(staged.age_no >= newest.age_no, true) as is_newer,
    coalesce(staged.age_no = newest.age_no, false) as is_as_old,
    -- One side ends where the other begins, and is not known to end with its newest part.
    coalesce(
        (
            sent_at_ms = staged.first_at_ms and first.newest_part_no > 1 and newest.newest_part_no > 1
            and sent_at_ms = first.newest_at_ms and sent_at_ms = newest.newest_at_ms
        )
        or (
            sent_at_ms = staged.newest_at_ms and staged.newest_part_no > 1
            and sent_at_ms = first.first_at_ms and sent_at_ms = newest.first_at_ms
        ),
        false
    ) as may_be_cut
from messages
inner join touched using (bucket, thread_id)
inner join staged_downloads as staged using (thread_id)
left join stored_media using (thread_id, message_id)
left join stored_downloads as first on first.thread_id = messages.thread_id and first.import_id = first_import_id
left join stored_downloads as newest on newest.thread_id = messages.thread_id and newest.import_id = last_import_id
where sent_at_ms between touched.first_at_ms and touched.last_at_ms

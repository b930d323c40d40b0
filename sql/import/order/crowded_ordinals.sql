-- Messages of one instant that claim one place stand one after the other: places are 1,024 apart. First those that only
-- older downloads hold, since what came before a place moves up when something is missing; then by their words, so that
-- the order of importing does not matter.
update messages
set ordinal = spread.ordinal
from (
    select
        claimed.bucket,
        claimed.thread_id,
        claimed.message_id,
        claimed.place + row_number() over (
            partition by claimed.thread_id, claimed.sent_at_ms, claimed.place
            order by
                claimed.age_no,
                claimed.body_hash,
                claimed.participant_id,
                claimed.message_id
        ) - 1 as ordinal
    from (
        select
            messages.bucket,
            messages.thread_id,
            messages.sent_at_ms,
            messages.message_id,
            messages.participant_id,
            messages.ordinal - mod(mod(messages.ordinal, 1024) + 1024, 1024) as place,
            md5(coalesce(messages.body, '')) as body_hash,
            coalesce(held.age_no, 0) as age_no
        from messages
        inner join (
            -- An instant that holds more than one message, and has a new one or one that moved.
            select distinct
                thread_id,
                sent_at_ms
            from new_entries
            where occurrence_no > 1
            union
            select
                stored_messages.thread_id,
                stored_messages.sent_at_ms
            from stored_messages
            group by stored_messages.thread_id, stored_messages.sent_at_ms
            having count(*) > 1
        ) as crowded
            on crowded.thread_id = messages.thread_id and crowded.sent_at_ms = messages.sent_at_ms
        left join (
            select
                thread_id,
                import_id,
                max(age_no) as age_no
            from thread_downloads
            group by thread_id, import_id
        ) as held
            on held.thread_id = messages.thread_id and held.import_id = messages.last_import_id
    ) as claimed
) as spread
where messages.bucket = spread.bucket
    and messages.thread_id = spread.thread_id
    and messages.message_id = spread.message_id
    and messages.ordinal <> spread.ordinal

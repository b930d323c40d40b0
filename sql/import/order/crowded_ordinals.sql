-- Messages of one instant that claim one place stand one after the other: places are 1,024 apart. First those that only
-- older downloads hold, since what came before a place moves up when something is missing; then by their words, so that
-- the order of importing does not matter.
update messages
set ordinal = spread.ordinal
from (
    select
        thread_id, message_id,
        place + row_number() over (
            partition by thread_id, sent_at_ms, place order by age_no, body_hash, participant_id, message_id
        ) - 1 as ordinal
    from (
        select
            thread_id, sent_at_ms, message_id, participant_id,
            ordinal - mod(mod(ordinal, 1024) + 1024, 1024) as place,
            md5(coalesce(body, '')) as body_hash,
            coalesce(age_no, 0) as age_no
        from messages
        inner join (
            -- An instant that holds more than one message, and has a new one or one that moved.
            select thread_id, sent_at_ms from new_entries where occurrence_no > 1
            union
            select thread_id, sent_at_ms from stored_messages group by thread_id, sent_at_ms having count(*) > 1
        ) as crowded using (thread_id, sent_at_ms)
        left join (select distinct thread_id, import_id as last_import_id, age_no from thread_downloads) as held
            using (thread_id, last_import_id)
    ) as claimed
) as spread
where messages.thread_id = spread.thread_id and messages.message_id = spread.message_id
    and messages.ordinal <> spread.ordinal

-- The newest messages whose text contains every one of up to eight words, upper and lower case alike.
-- A pattern is one for like, with ! before a character that stands for itself.
-- Grain: thread_id, message_id
-- Params: pattern_1, pattern_2, pattern_3, pattern_4, pattern_5, pattern_6, pattern_7, pattern_8, limit
-- Order: the newest first
with

found as (
    select *
    from text_messages
    where
        lower(body) like lower(:pattern_1) escape '!'
        and lower(body) like lower(:pattern_2) escape '!'
        and lower(body) like lower(:pattern_3) escape '!'
        and lower(body) like lower(:pattern_4) escape '!'
        and lower(body) like lower(:pattern_5) escape '!'
        and lower(body) like lower(:pattern_6) escape '!'
        and lower(body) like lower(:pattern_7) escape '!'
        and lower(body) like lower(:pattern_8) escape '!'
    order by sent_at_ms desc, thread_id, ordinal desc
    limit :limit
)

select
    messages.sent_at,
    participants.display_name,
    threads.title,
    found.body,
    found.thread_id,
    found.message_id,
    found.participant_id
from found
join messages
    on messages.bucket = found.bucket
    and messages.thread_id = found.thread_id
    and messages.message_id = found.message_id
join participants on participants.participant_id = found.participant_id
join threads on threads.thread_id = found.thread_id
order by found.sent_at_ms desc, found.thread_id, found.ordinal desc

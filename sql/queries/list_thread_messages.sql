-- The newest messages of one thread, with who sent them and how many files hang on them.
-- Grain: message_id
-- Params: thread_id, limit
-- Order: the newest first
with

newest as (
    select *
    from messages
    where thread_id = :thread_id
    order by sent_at_ms desc, ordinal desc
    limit :limit
)

select
    newest.message_id,
    newest.sent_at,
    participants.participant_id,
    participants.display_name,
    newest.kind,
    newest.body,
    newest.share_url,
    newest.call_seconds,
    (
        select count(*)
        from attachments
        where attachments.thread_id = newest.thread_id and attachments.message_id = newest.message_id
    ) as attachment_count
from newest
join participants on participants.participant_id = newest.participant_id
order by newest.sent_at_ms desc, newest.ordinal desc

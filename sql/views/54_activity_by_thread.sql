-- How much was written in each chat, and when first and last.
-- Grain: thread_id
create or replace view activity_by_thread as
select
    threads.thread_id,
    threads.owner_id,
    threads.title,
    threads.kind,
    count(*) as message_count,
    cast(sum(case when messages.kind = 'text' then 1 else 0 end) as bigint) as text_count,
    count(distinct messages.participant_id) as person_count,
    min(messages.sent_at) as first_at,
    max(messages.sent_at) as last_at
from messages
join threads
    on threads.bucket = messages.bucket
    and threads.thread_id = messages.thread_id
group by threads.thread_id, threads.owner_id, threads.title, threads.kind

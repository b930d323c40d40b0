-- Every thread with its people and how much was said in it.
-- Grain: thread_id
-- Order: the longest first, then thread_id
with

message_counts as (
    select
        bucket,
        thread_id,
        count(*) as message_count,
        sum(case when kind = 'text' then 1 else 0 end) as text_count,
        min(sent_at) as first_at,
        max(sent_at) as last_at
    from messages
    group by bucket, thread_id
),

people_counts as (
    select
        thread_id,
        count(*) as person_count
    from thread_participants
    group by thread_id
)

select
    threads.thread_id,
    threads.title,
    threads.kind,
    threads.source,
    threads.section,
    coalesce(people_counts.person_count, 0) as person_count,
    coalesce(message_counts.message_count, 0) as message_count,
    cast(coalesce(message_counts.text_count, 0) as bigint) as text_count,
    message_counts.first_at,
    message_counts.last_at,
    owners.label as owner
from threads
join owners on owners.owner_id = threads.owner_id
left join message_counts
    on message_counts.bucket = threads.bucket
    and message_counts.thread_id = threads.thread_id
left join people_counts on people_counts.thread_id = threads.thread_id
order by message_count desc, threads.thread_id

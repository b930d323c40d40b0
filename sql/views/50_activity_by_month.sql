-- How much was written in each month, over all chats and the kinds of messages.
-- Grain: month ('2024-05', UTC)
create or replace view activity_by_month as
select
    lpad(cast(extract(year from sent_at) as varchar), 4, '0')
        || '-' || lpad(cast(extract(month from sent_at) as varchar), 2, '0') as month,
    count(*) as message_count,
    cast(sum(case when kind = 'text' then 1 else 0 end) as bigint) as text_count,
    count(distinct thread_id) as thread_count
from messages
where sent_at is not null
group by
    lpad(cast(extract(year from sent_at) as varchar), 4, '0')
        || '-' || lpad(cast(extract(month from sent_at) as varchar), 2, '0')

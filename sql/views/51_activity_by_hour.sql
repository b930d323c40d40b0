-- How much was written in each hour of the day, by the owner of the archives and by others.
-- Grain: hour (0 to 23, UTC)
create or replace view activity_by_hour as
select
    cast(extract(hour from messages.sent_at) as bigint) as hour,
    count(*) as message_count,
    cast(sum(case when participants.is_self then 1 else 0 end) as bigint) as own_count
from messages
join participants
    on participants.participant_id = messages.participant_id
where messages.sent_at is not null
group by cast(extract(hour from messages.sent_at) as bigint)

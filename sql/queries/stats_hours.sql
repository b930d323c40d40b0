-- Activity by hour of the day (UTC).
-- Grain: hour
-- Order: hour
select hour, message_count, own_count from activity_by_hour order by hour

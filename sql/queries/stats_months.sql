-- Activity by month, the oldest first.
-- Grain: month
-- Order: month
select month, message_count, text_count from activity_by_month order by month

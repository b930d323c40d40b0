-- Which message stands on which line of a bucket's file: an export of a lake records each bucket as an export.
-- Grain: line_no, message_id
-- Order: line_no, thread_id, message_id
select
    export_id as bucket,
    line_no,
    thread_id,
    message_id,
    is_trained
from export_messages
order by line_no, thread_id, message_id

-- New entries whose id another message of the thread has.
-- Grain: staged_no
with

placed as (
    select
        *,
        row_number() over (partition by thread_id, message_id order by staged_no) as place_no
    from new_ids
)

select placed.staged_no
from placed
left join messages on messages.thread_id = placed.thread_id and messages.message_id = placed.message_id
where placed.place_no > 1
    or messages.message_id is not null

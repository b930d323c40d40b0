-- New entries whose id another message of the thread has.
-- Grain: staged_no
select
    ranked.staged_no
from (
    select
        new_ids.*,
        row_number() over (partition by thread_id, message_id order by staged_no) as place_no
    from new_ids
) as ranked
left join messages on messages.thread_id = ranked.thread_id and messages.message_id = ranked.message_id
where ranked.place_no > 1
    or messages.message_id is not null

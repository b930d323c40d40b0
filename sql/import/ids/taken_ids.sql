-- Takes away the ids that another message of the thread has, and tells which entries are left without one.
-- Grain: staged_no
delete from new_ids
where staged_no in (
    select placed.staged_no
    from (
        select
            *,
            row_number() over (partition by thread_id, message_id order by staged_no) as place_no
        from new_ids
    ) as placed
    left join messages on messages.thread_id = placed.thread_id and messages.message_id = placed.message_id
    where placed.place_no > 1
        or messages.message_id is not null
)
returning staged_no

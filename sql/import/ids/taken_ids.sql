-- Takes away the ids that another message of the thread has, and tells which entries are left without one.
-- Grain: staged_no
delete from new_ids
where staged_no in (
        select staged_no
        from (
            select *, row_number() over (partition by thread_id, message_id order by staged_no) as place_no
            from new_ids
        ) as placed
        left join messages using (thread_id, message_id)
        where place_no > 1
            or messages.message_id is not null
    )
returning staged_no

-- A thread is a group when the archive says so or more than two people are in it, a self chat when there is but one.
-- Source: FORMATS.md section 2.1; the people are those listed and those who wrote, without the sender of messages that
-- name none, whom nobody listed.
update threads
set kind = case
    when is_group then 'group'
    when is_direct or coalesce(people_count, 0) in (0, 2) then 'direct'
    when people_count = 1 then 'self'
    else 'group'
end
from (
    select thread_id, bool_or(is_group) as is_group, bool_or(not is_group) as is_direct
    from staged_threads
    group by thread_id
) as staged
left join (
    select thread_id, count(*) as people_count
    from thread_participants
    inner join participants using (participant_id)
    where display_name <> ''
        or (thread_id, participant_id) in (select thread_id, participant_id from staged_people where is_somebody)
    group by thread_id
) as people using (thread_id)
where threads.thread_id = staged.thread_id
    and threads.kind <> 'group'

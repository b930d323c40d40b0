-- A thread is a group when the archive says so or more than two people are in it, a self chat when there is but one.
-- Source: FORMATS.md section 2.1; the people are those listed and those who wrote, without the sender of messages that
-- name none, whom nobody listed.
update threads
set kind = decided.kind
from (
    select
        staged.thread_id,
        case
            when staged.is_group = 1 then 'group'
            when staged.is_direct = 1 or coalesce(people.people_count, 0) in (0, 2) then 'direct'
            when people.people_count = 1 then 'self'
            else 'group'
        end as kind
    from (
        select
            thread_id,
            max(case when is_group then 1 else 0 end) as is_group,
            max(case when is_group then 0 when is_group is null then 0 else 1 end) as is_direct
        from staged_threads
        group by thread_id
    ) as staged
    left join (
        select
            thread_participants.thread_id,
            count(*) as people_count
        from thread_participants
        inner join participants on participants.participant_id = thread_participants.participant_id
        left join (
            select distinct
                thread_id,
                participant_id
            from staged_people
            where is_somebody
        ) as somebodies
            on somebodies.thread_id = thread_participants.thread_id
            and somebodies.participant_id = thread_participants.participant_id
        where participants.display_name <> ''
            or somebodies.participant_id is not null
        group by thread_participants.thread_id
    ) as people on people.thread_id = staged.thread_id
) as decided
where threads.thread_id = decided.thread_id
    and threads.kind <> 'group'

-- A deleted account may be anybody of its thread; and so may, where the one side has such an account, whomever that side
-- does not have.
insert into unnamed (is_staged, thread_id, participant_id)
with known as (
    select true as is_staged, thread_id, participant_id, is_anonymous
    from staged_people
    inner join participants using (participant_id)
    union
    select false as is_staged, thread_id, participant_id, is_anonymous
    from stored_messages
    inner join participants using (participant_id)
)

select is_staged, thread_id, participant_id
from known
where is_anonymous
    or (
        (not is_staged, thread_id) in (select is_staged, thread_id from known where is_anonymous)
        and (not is_staged, thread_id, participant_id) not in (select is_staged, thread_id, participant_id from known)
    )

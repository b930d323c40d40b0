-- Params: old_id, new_id
insert into staged_people (thread_id, participant_id)
select
    :new_id,
    participant_id
from thread_participants
where thread_id = :old_id

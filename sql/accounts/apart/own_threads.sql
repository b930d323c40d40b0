-- The threads that a merged account was in, and its person still is, are its own again.
-- Params: old_id, new_id
insert into thread_participants (participant_id, thread_id)
select old_participant_id, thread_id
from merged_threads
where old_participant_id = :old_id
    and thread_id in (select thread_id from thread_participants where participant_id = :new_id)

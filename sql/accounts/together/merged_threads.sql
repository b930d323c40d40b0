-- The threads of a merged account, and those of the account kept that are the same.
-- Params: old_id, new_id
insert into merged_threads (old_participant_id, thread_id)
select participant_id, thread_id
from thread_participants
where participant_id in (:old_id, :new_id)
    and thread_id in (select thread_id from thread_participants where participant_id = :old_id)
except
select old_participant_id, thread_id
from merged_threads
where old_participant_id in (:old_id, :new_id)

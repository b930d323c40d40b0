-- Threads that the account kept was in as a merged one alone are its own no more.
-- Params: old_id, new_id
delete from thread_participants
where participant_id = :new_id
    and thread_id in (select thread_id from merged_threads where old_participant_id = :old_id)
    and thread_id not in (select thread_id from merged_threads where old_participant_id = :new_id)

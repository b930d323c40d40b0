-- The threads that one person is in, and another is not yet, become the other's.
-- Params: old_id, new_id
update thread_participants set participant_id = :new_id
where participant_id = :old_id
    and thread_id not in (select thread_id from thread_participants where participant_id = :new_id)

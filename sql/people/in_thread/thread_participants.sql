-- One thread in which one person is, and another is not yet, becomes the other's.
-- Params: old_id, new_id, thread_id
update thread_participants set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id
    and thread_id not in (select thread_id from thread_participants where participant_id = :new_id)

-- Params: old_id
delete from thread_participants where participant_id = :old_id

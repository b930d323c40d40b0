-- Who is in one thread, and not in another yet, is in the other.
-- Params: old_id, new_id
update thread_participants set thread_id = :new_id
where thread_id = :old_id
    and participant_id not in (select participant_id from thread_participants where thread_id = :new_id)

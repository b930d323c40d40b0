-- The people of the old thread, as people of the new one.
-- Params: old_id, new_id
insert into staged_people (thread_id, participant_id, is_somebody)
select :new_id, participant_id, true from thread_participants where thread_id = :old_id

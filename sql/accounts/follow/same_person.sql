-- Two accounts that were merged by hand, and prove to be one.
-- Params: old_id, new_id
delete from merged_participants
where (old_participant_id = :old_id and participant_id = :new_id)
    or (old_participant_id = :new_id and participant_id = :old_id)

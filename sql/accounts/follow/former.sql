-- A merged account that is another now is no more.
-- Params: old_id
delete from merged_participants where old_participant_id = :old_id

-- A merged account that proves to be another: the other is merged now.
-- Params: old_id, new_id
update merged_participants set old_participant_id = :new_id
where old_participant_id = :old_id
    and not exists (select 1 from merged_participants as others where others.old_participant_id = :new_id)

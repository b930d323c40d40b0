-- The recipes that listed a merged account.
-- Params: old_id, new_id
update merged_datasets set old_participant_id = :new_id where old_participant_id = :old_id

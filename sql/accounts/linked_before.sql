-- What was merged into one account before belongs to the one that it is merged into now.
-- Params: old_id, new_id
update merged_participants set participant_id = :new_id where participant_id = :old_id

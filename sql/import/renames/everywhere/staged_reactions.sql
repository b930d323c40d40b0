-- Reactions of somebody in the batch are those of somebody else.
-- Params: old_id, new_id
update staged_reactions set participant_id = :new_id where participant_id = :old_id

-- The tokens of a name that is no display name any more.
-- Params: old_id
delete from participant_tokens where participant_id = :old_id

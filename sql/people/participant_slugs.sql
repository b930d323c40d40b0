-- The slugs of one person mean another from now on; new lines have the other's own.
-- Params: old_id, new_id
update participant_slugs set participant_id = :new_id, is_current = false where participant_id = :old_id

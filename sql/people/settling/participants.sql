-- A person has the name that the user gives, and no download is newer than that.
-- Params: participant_id, name, named_at_ms
update participants set display_name = :name, named_at_ms = :named_at_ms where participant_id = :participant_id

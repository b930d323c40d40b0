-- The names that a person is known to have had.
-- Grain: name, source
-- Params: participant_id
-- Order: name, source
select name, source from participant_names where participant_id = :participant_id order by name, source

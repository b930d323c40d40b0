-- Names of two people who are one: once is enough.
-- Params: old_id
delete from participant_names where participant_id = :old_id

-- Datasets that list two people who are one: the other's row counts.
-- Params: old_id
delete from dataset_participants where participant_id = :old_id

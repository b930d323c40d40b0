-- Params: old_id
delete from dataset_participants where participant_id = :old_id

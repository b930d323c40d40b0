-- The owner of the archives is who the user says; no import finds another.
-- Params: participant_id, owner_id
update owners set self_participant_id = :participant_id, self_evidence = 'told' where owner_id = :owner_id

-- Who an owner is, and how that is known.
-- Params: owner_id, self_participant_id (null: nobody can say), evidence (null: none)
update owners set self_participant_id = :self_participant_id, self_evidence = :evidence where owner_id = :owner_id

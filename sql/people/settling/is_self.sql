-- One of an owner's people is the owner, and nobody else.
-- Params: participant_id, owner_id
update participants set is_self = (participant_id = :participant_id) where owner_id = :owner_id

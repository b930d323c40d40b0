-- Who was the owner before a merge is no more, should it be taken back.
-- Params: owner_id
update merged_participants set is_self = false where owner_id = :owner_id

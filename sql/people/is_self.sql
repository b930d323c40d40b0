-- Who proves to be the owner of the archives is the owner.
-- Params: old_id, new_id
update participants set is_self = true
where participant_id = :new_id
    and exists (select 1 from participants as others where others.participant_id = :old_id and others.is_self)

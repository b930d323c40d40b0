-- The names of one person become further names of another.
-- Params: old_id, new_id
update participant_names set participant_id = :new_id
where participant_id = :old_id
    and (name, source) not in (select name, source from participant_names where participant_id = :new_id)

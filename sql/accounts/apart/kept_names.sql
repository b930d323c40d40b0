-- Names that the account kept had of a merged one alone are its own no more.
-- Params: old_id, new_id
delete from participant_names
where participant_id = :new_id
    and (name, source) in (select name, source from merged_names where old_participant_id = :old_id)
    and (name, source) not in (select name, source from merged_names where old_participant_id = :new_id)

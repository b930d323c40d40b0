-- The names that a merged account had, and its person still has, are its own again.
-- Params: old_id, new_id
insert into participant_names (participant_id, name, source)
select old_participant_id, name, source
from merged_names
where old_participant_id = :old_id
    and (name, source) in (select name, source from participant_names where participant_id = :new_id)

-- A person who was taken for another of the same name has the names of the other.
-- Params: old_id, new_id
insert into participant_names (participant_id, name, source)
select distinct :new_id, name, 'split'
from participant_names
where participant_id = :old_id

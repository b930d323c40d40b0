-- A name that somebody else in the store has, too, is from now on told apart from theirs.
-- Params: staged_id, stored_id, name
insert into participant_names (participant_id, name, source)
select distinct :stored_id, name, 'split'
from participant_names
where participant_id = :staged_id
    and name = :name

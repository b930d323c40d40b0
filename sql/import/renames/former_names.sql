-- In this thread the names that the one had were the other's.
-- Params: old_id, new_id
insert into participant_names (participant_id, name, source)
select :new_id, display_name, 'split'
from participants
where participant_id = :old_id
    and display_name not in (
        select participant_names.name from participant_names where participant_names.participant_id = :new_id
    )

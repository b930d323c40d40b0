-- In this thread the names that the one had were the other's.
-- Params: old_id, new_id
insert into participant_names (participant_id, name, source)
select distinct
    :new_id,
    display_name,
    'split'
from participants
where participant_id = :old_id
    and not exists (
        select 1
        from participant_names
        where participant_names.participant_id = :new_id
            and participant_names.name = participants.display_name
    )

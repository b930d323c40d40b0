-- Whoever stands for a deleted account in one thread has the names that it had.
-- Params: old_id, new_id
insert into participant_names (participant_id, name, source)
select :new_id, name, source from participant_names where participant_id = :old_id

-- The names of a merged account, and those of the account kept that are the same.
-- Params: old_id, new_id
insert into merged_names (old_participant_id, name, source)
select participant_id, name, source
from participant_names
where participant_id in (:old_id, :new_id)
    and (name, source) in (select name, source from participant_names where participant_id = :old_id)
except
select old_participant_id, name, source
from merged_names
where old_participant_id in (:old_id, :new_id)

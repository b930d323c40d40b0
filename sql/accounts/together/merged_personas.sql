-- The personas of a merged account, and those of the account kept that are the same.
-- Params: old_id, new_id
insert into merged_personas (old_participant_id, persona_id)
select participant_id, persona_id
from persona_participants
where participant_id in (:old_id, :new_id)
    and persona_id in (select persona_id from persona_participants where participant_id = :old_id)
except
select old_participant_id, persona_id
from merged_personas
where old_participant_id in (:old_id, :new_id)

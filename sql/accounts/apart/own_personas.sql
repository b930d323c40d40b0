-- The personas that a merged account was in, and its person still is, are its own again.
-- Params: old_id, new_id
insert into persona_participants (participant_id, persona_id)
select old_participant_id, persona_id
from merged_personas
where old_participant_id = :old_id
    and persona_id in (select persona_id from persona_participants where participant_id = :new_id)

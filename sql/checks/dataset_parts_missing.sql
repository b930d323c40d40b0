-- What a dataset or persona names that is not there: its persona (part is persona), or a participant of it
-- (part is participant).
-- Grain: part, id, missing_id
select
    'persona' as part,
    datasets.dataset_id as id,
    datasets.persona_id as missing_id
from datasets
left join personas
    on personas.persona_id = datasets.persona_id
where personas.persona_id is null
union all
select
    'participant' as part,
    persona_participants.persona_id as id,
    persona_participants.participant_id as missing_id
from persona_participants
left join participants
    on participants.participant_id = persona_participants.participant_id
where participants.participant_id is null

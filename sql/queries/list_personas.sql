-- Personas with the people whose voice they are, one row for each person.
-- Grain: persona_id, participant_id
-- Order: name, participant_id
select
    personas.persona_id,
    personas.name,
    participants.participant_id,
    participants.display_name
from personas
join persona_participants on persona_participants.persona_id = personas.persona_id
join participants on participants.participant_id = persona_participants.participant_id
order by personas.name, personas.persona_id, participants.participant_id

-- The personas of a name, or of an id.
-- Grain: id
-- Params: name (an exact name, or an id in decimal digits)
select
    persona_id as id,
    name,
    cast(null as varchar) as owner
from personas
where name = :name or cast(persona_id as varchar) = :name
order by persona_id

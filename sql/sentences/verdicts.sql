-- What an owner's user decided.
-- Grain: template
-- Params: owner_id
select
    template,
    verdict
from sentence_templates
where owner_id = :owner_id

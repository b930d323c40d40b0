-- A verdict that is taken back.
-- Params: owner_id, template
delete from sentence_templates
where owner_id = :owner_id
    and template = :template

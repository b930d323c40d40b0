-- Every name that people have now, to find those near a misspelt one.
-- Grain: name
select distinct display_name as name from participants where display_name <> ''

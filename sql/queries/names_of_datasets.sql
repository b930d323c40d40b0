-- Every name that datasets have now, to find those near a misspelt one.
-- Grain: name
select distinct name as name from datasets where name <> ''

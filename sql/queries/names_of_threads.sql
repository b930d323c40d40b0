-- Every name that threads have now, to find those near a misspelt one.
-- Grain: name
select distinct title as name from threads where title <> ''

-- Every name that personas have now, to find those near a misspelt one.
-- Grain: name
select distinct name as name from personas where name <> ''

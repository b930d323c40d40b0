-- The numbers 0 to 999, for making several rows out of one.
-- Grain: number
create or replace view numbers as
with

digits as (
    select 0 as digit
    union all select 1
    union all select 2
    union all select 3
    union all select 4
    union all select 5
    union all select 6
    union all select 7
    union all select 8
    union all select 9
)

select
    cast(hundreds.digit * 100 + tens.digit * 10 + ones.digit as bigint) as number
from digits as ones
cross join digits as tens
cross join digits as hundreds

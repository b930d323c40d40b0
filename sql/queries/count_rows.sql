-- How much is in the store.
-- Grain: one row
select
    (select count(*) from imports) as import_count,
    (select count(*) from threads) as thread_count,
    (select count(*) from participants) as person_count,
    message_totals.message_count,
    message_totals.text_count,
    message_totals.first_at,
    message_totals.last_at,
    (select count(*) from personas) as persona_count,
    (select count(*) from datasets) as dataset_count,
    (select count(*) from exports) as export_count,
    (select count(*) from jobs) as job_count
from (
    select
        count(*) as message_count,
        cast(coalesce(sum(case when kind = 'text' then 1 else 0 end), 0) as bigint) as text_count,
        min(sent_at) as first_at,
        max(sent_at) as last_at
    from messages
) as message_totals

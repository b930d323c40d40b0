-- What people sent to each staged thread, to be asked for in the threads that the store has.
insert into probes (asker_id, probe_no, sent_at_ms, kind, body)
select thread_id, row_number() over (order by thread_id, sent_at_ms, kind, body), sent_at_ms, kind, body
from (
    select distinct
        thread_id, sent_at_ms, kind, case when kind = 'text' then coalesce(body, '') else '' end as body
    from staged_messages
    where kind in ('text', 'share', 'media', 'call', 'unsent')
) as sent

-- What is typed in each staged thread, to be asked for in the threads that the store has.
-- Params: none
insert into probes (asker_id, probe_no, sent_at_ms, body)
select
    thread_id,
    row_number() over (order by thread_id, sent_at_ms, body) as probe_no,
    sent_at_ms,
    body
from (
    select distinct
        thread_id,
        sent_at_ms,
        body
    from staged_messages
    where kind = 'text'
) as typed

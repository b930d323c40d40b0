-- Threads of an earlier import that hold some of the typed messages of a thread whose keys are new.
-- Grain: thread_id
-- Params: owner_id, import_id
select
    messages.thread_id,
    count(distinct probes.probe_no) as hit_count
from probes
inner join messages on messages.sent_at_ms = probes.sent_at_ms and messages.body = probes.body
inner join threads on threads.thread_id = messages.thread_id
where threads.owner_id = :owner_id
    and messages.first_import_id <> :import_id
    and messages.kind = 'text'
group by messages.thread_id
order by hit_count desc, messages.thread_id

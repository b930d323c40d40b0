-- One thread, with its length.
-- Grain: thread_id
-- Params: thread_id
select
    threads.thread_id,
    threads.title,
    threads.kind,
    threads.source,
    threads.section,
    threads.is_still_participant,
    owners.label as owner,
    (select count(*) from messages where messages.thread_id = threads.thread_id) as message_count
from threads
join owners on owners.owner_id = threads.owner_id
where threads.thread_id = :thread_id

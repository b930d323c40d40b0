-- A message that a download has of a deleted account, and that lists more than one of them in the thread.
-- Params: thread_id, old_id
select message_id
from messages
inner join thread_imports as firsts
    on firsts.thread_id = messages.thread_id and firsts.import_id = messages.first_import_id
where messages.thread_id = :thread_id
    and participant_id = :old_id
    and nameless_count > 1
limit 1

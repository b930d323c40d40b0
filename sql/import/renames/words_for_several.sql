-- A message that a download has of a deleted account, and that lists more than one of them in the thread.
-- Params: thread_id, old_id
select messages.message_id
from messages
inner join thread_imports
    on thread_imports.thread_id = messages.thread_id and thread_imports.import_id = messages.first_import_id
where messages.thread_id = :thread_id
    and messages.participant_id = :old_id
    and thread_imports.nameless_count > 1
limit 1

-- The messages of the old thread, numbered as they are staged.
-- Params: old_id
insert into joined_messages (staged_no, message_id, first_import_id, last_import_id)
select
    row_number() over (order by sent_at_ms, ordinal, message_id) as staged_no,
    message_id,
    first_import_id,
    last_import_id
from messages
where thread_id = :old_id

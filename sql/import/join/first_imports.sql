-- A message that both threads hold came with the first import that brought it to either.
-- Params: old_id
update messages
set
    first_import_id = least(messages.first_import_id, olds.first_import_id),
    last_import_id = case when is_newer then olds.last_import_id else messages.last_import_id end
from matched_entries as matched
inner join messages as olds on olds.thread_id = :old_id and olds.message_id = staged_no
where messages.thread_id = matched.thread_id and messages.message_id = matched.message_id

-- Known messages were seen again. Of two places in an instant the newest part's counts, as it does within one download,
-- so that importing file by file gives the same order.
-- Params: import_id
update messages
set
    last_import_id = :import_id,
    ordinal = greatest(messages.ordinal, known_entries.ordinal)
from known_entries
where messages.bucket = known_entries.bucket
    and messages.thread_id = known_entries.thread_id
    and messages.message_id = known_entries.message_id

-- last_import_id names the newest download that holds a message, and the message stands within its instant where that
-- one has it; of downloads equally new, which may be parts of one, the later place counts. So the order of importing does
-- not matter.
-- Params: import_id
update messages
set
    last_import_id = :import_id,
    ordinal = case
        when stored.is_as_old and staged.ordinal <= stored.ordinal then messages.ordinal
        else staged.ordinal
    end
from matched_entries as held
inner join staged_messages as staged using (staged_no)
inner join stored_messages as stored on stored.thread_id = held.thread_id and stored.message_id = held.message_id
where messages.thread_id = held.thread_id and messages.message_id = held.message_id
    and held.is_newer

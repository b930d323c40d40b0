-- What no list knows, and was Messenger's by a template alone, is a text again.
-- Params: bucket, thread_id, message_id
update messages
set kind = 'text'
where bucket = :bucket
    and thread_id = :thread_id
    and message_id = :message_id
    and kind = 'system'

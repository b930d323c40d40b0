-- New messages.
-- Params: import_id
insert into messages (
    message_id, bucket, thread_id, participant_id, sent_at_ms, sent_at, ordinal, kind, body, share_url, share_text,
    call_seconds, is_unsent, is_taken_down, first_import_id, last_import_id
)
select
    message_id, bucket, new_ids.thread_id, participant_id, sent_at_ms, sent_at, ordinal, kind, body, share_url,
    share_text, call_seconds, is_unsent, is_taken_down, :import_id, :import_id
from new_ids
inner join staged_messages using (staged_no)

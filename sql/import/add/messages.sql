-- New messages.
-- Params: import_id
insert into messages (
    message_id, bucket, thread_id, participant_id, sent_at_ms, sent_at, ordinal, kind, body, share_url, share_text,
    call_seconds, is_unsent, is_taken_down, first_import_id, last_import_id
)
select
    new_ids.message_id,
    staged_messages.bucket,
    staged_messages.thread_id,
    staged_messages.participant_id,
    staged_messages.sent_at_ms,
    staged_messages.sent_at,
    staged_messages.ordinal,
    staged_messages.kind,
    staged_messages.body,
    staged_messages.share_url,
    staged_messages.share_text,
    staged_messages.call_seconds,
    staged_messages.is_unsent,
    staged_messages.is_taken_down,
    :import_id,
    :import_id
from new_ids
inner join staged_messages on staged_messages.staged_no = new_ids.staged_no

-- Messages that the batch changes.
update messages
set
    kind = staged_messages.kind,
    body = staged_messages.body,
    share_url = coalesce(staged_messages.share_url, messages.share_url),
    share_text = coalesce(staged_messages.share_text, messages.share_text),
    is_unsent = staged_messages.is_unsent,
    is_taken_down = staged_messages.is_taken_down
from matched_entries
inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
where messages.bucket = matched_entries.bucket
    and messages.thread_id = matched_entries.thread_id
    and messages.message_id = matched_entries.message_id
    and matched_entries.effect in ('replace', 'unsend', 'fill', 'recognise')

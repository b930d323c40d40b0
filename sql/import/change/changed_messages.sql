-- Messages that the batch changes.
update messages
set
    kind = staged.kind, body = staged.body, is_unsent = staged.is_unsent, is_taken_down = staged.is_taken_down,
    share_url = coalesce(staged.share_url, messages.share_url),
    share_text = coalesce(staged.share_text, messages.share_text)
from matched_entries as matched
inner join staged_messages as staged using (staged_no)
where messages.thread_id = matched.thread_id and messages.message_id = matched.message_id
    and effect in ('replace', 'unsend', 'fill', 'recognise')

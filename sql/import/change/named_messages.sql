-- A message of a deleted account becomes that of the person whom a download from before names; where both sides have a
-- name for whoever said it, the newer download's counts.
update messages
set participant_id = staged_messages.participant_id
from matched_entries as matched
inner join staged_messages using (staged_no)
where messages.thread_id = matched.thread_id and messages.message_id = matched.message_id
    and messages.participant_id <> staged_messages.participant_id
    and staged_messages.participant_id in (select participant_id from participants where not is_anonymous)
    and (matched.is_newer or messages.participant_id in (select participant_id from participants where is_anonymous))

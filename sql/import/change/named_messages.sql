-- A message of a deleted account becomes that of the person whom a download from before names; where both sides have a
-- name for whoever said it, the newer download's counts.
update messages
set participant_id = staged_messages.participant_id
from matched_entries
inner join staged_messages on staged_messages.staged_no = matched_entries.staged_no
inner join participants as named
    on named.participant_id = staged_messages.participant_id and not named.is_anonymous
where messages.bucket = matched_entries.bucket
    and messages.thread_id = matched_entries.thread_id
    and messages.message_id = matched_entries.message_id
    and messages.participant_id <> staged_messages.participant_id
    and (
        matched_entries.is_newer
        or messages.participant_id in (
            select participants.participant_id from participants where participants.is_anonymous
        )
    )

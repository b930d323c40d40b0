-- What a merged account wrote is its own again.
-- Params: owner_id
update messages
set participant_id = merged_messages.old_participant_id
from merged_messages, merged_participants
where merged_participants.owner_id = :owner_id
    and merged_participants.old_participant_id = merged_messages.old_participant_id
    and messages.thread_id = merged_messages.thread_id
    and messages.message_id = merged_messages.message_id
    and messages.participant_id = merged_participants.participant_id

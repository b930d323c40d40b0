-- What a merged account wrote is its own again.
-- Params: owner_id
update messages
set participant_id = merged.old_participant_id
from (
    select
        merged_messages.thread_id,
        merged_messages.message_id,
        merged_messages.old_participant_id,
        merged_participants.participant_id
    from merged_messages
    inner join merged_participants
        on merged_participants.old_participant_id = merged_messages.old_participant_id
    where merged_participants.owner_id = :owner_id
) as merged
where messages.thread_id = merged.thread_id
    and messages.message_id = merged.message_id
    and messages.participant_id = merged.participant_id

-- What an owner's merged accounts wrote.
-- Params: owner_id
insert into merged_messages (old_participant_id, thread_id, message_id)
select
    messages.participant_id,
    messages.thread_id,
    messages.message_id
from messages
inner join merged_participants on merged_participants.old_participant_id = messages.participant_id
where merged_participants.owner_id = :owner_id

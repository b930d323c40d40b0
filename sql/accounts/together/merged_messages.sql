-- What an owner's merged accounts wrote.
-- Params: owner_id
insert into merged_messages (old_participant_id, thread_id, message_id)
select participant_id, thread_id, message_id
from messages
where participant_id in (select old_participant_id from merged_participants where owner_id = :owner_id)

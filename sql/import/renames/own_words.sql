-- People of whom the batch has something that the store knows them to have said.
-- Grain: thread_id, participant_id
select distinct thread_id, participant_id
from entries
inner join staged_messages using (staged_no)
inner join stored_messages using (thread_id, sent_at_ms, participant_id, said_key)

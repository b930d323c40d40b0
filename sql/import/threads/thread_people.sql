-- The people of the batch's threads, those listed and those who wrote.
insert into thread_participants (thread_id, participant_id)
select thread_id, participant_id from staged_people
except
select thread_id, participant_id from thread_participants

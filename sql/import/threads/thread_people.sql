-- The people of the batch's threads, those listed and those who wrote.
insert into thread_participants (thread_id, participant_id)
select distinct
    staged_people.thread_id,
    staged_people.participant_id
from staged_people
left join thread_participants
    on thread_participants.thread_id = staged_people.thread_id
    and thread_participants.participant_id = staged_people.participant_id
where thread_participants.participant_id is null

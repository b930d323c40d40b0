-- A download in which two people both wrote.
-- Params: one_id, other_id
select first_import_id
from messages as ones
inner join messages as others using (first_import_id)
where ones.participant_id = :one_id
    and others.participant_id = :other_id
limit 1

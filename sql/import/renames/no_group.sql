-- A chat of two in which one of them was taken for two people was taken for a group.
-- Params: old_id, new_id
update threads
set kind = 'direct'
where kind = 'group'
    and thread_id in (select thread_id from thread_participants where participant_id = :old_id)
    and thread_id in (select thread_id from thread_participants where participant_id = :new_id)
    and thread_id in (select thread_id from thread_participants group by thread_id having count(*) = 3)

-- What a download tells of somebody in one thread is told of somebody else.
-- Params: thread_id, old_id, new_id
update staged_reactions
set participant_id = :new_id
where participant_id = :old_id
    and staged_no in (select staged_no from staged_messages where thread_id = :thread_id)

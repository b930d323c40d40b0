-- The threads in which somebody is, or reacted to a message.
-- Grain: thread_id
-- Params: old_id
select thread_id from thread_participants where participant_id = :old_id
union
select thread_id from reactions where participant_id = :old_id

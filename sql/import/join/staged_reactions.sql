-- The reactions to these messages.
-- Params: old_id
insert into staged_reactions (staged_no, participant_id, emoji, reacted_at_ms)
select message_id, participant_id, emoji, reacted_at_ms from reactions where thread_id = :old_id

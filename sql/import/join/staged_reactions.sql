-- The reactions to these messages.
-- Params: old_id
insert into staged_reactions (staged_no, participant_id, emoji, reacted_at_ms)
select
    joined_messages.staged_no,
    reactions.participant_id,
    reactions.emoji,
    reactions.reacted_at_ms
from joined_messages
inner join reactions on reactions.thread_id = :old_id and reactions.message_id = joined_messages.message_id

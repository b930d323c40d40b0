-- Reactions to new messages.
insert into reactions (thread_id, message_id, participant_id, emoji, reacted_at_ms)
select
    new_ids.thread_id,
    new_ids.message_id,
    staged_reactions.participant_id,
    staged_reactions.emoji,
    staged_reactions.reacted_at_ms
from new_ids
inner join staged_reactions on staged_reactions.staged_no = new_ids.staged_no

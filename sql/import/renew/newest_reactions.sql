-- Reactions to known messages, from a newer download.
insert into reactions (thread_id, message_id, participant_id, emoji, reacted_at_ms)
select
    matched_entries.thread_id,
    matched_entries.message_id,
    staged_reactions.participant_id,
    staged_reactions.emoji,
    staged_reactions.reacted_at_ms
from matched_entries
inner join staged_reactions on staged_reactions.staged_no = matched_entries.staged_no
where matched_entries.is_newer

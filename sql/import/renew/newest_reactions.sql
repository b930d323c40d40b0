-- Reactions to new messages, and to known ones from a newer download.
insert into reactions (thread_id, message_id, participant_id, emoji, reacted_at_ms)
select thread_id, message_id, participant_id, emoji, reacted_at_ms
from staged_reactions
inner join (
    select staged_no, thread_id, message_id from new_ids
    union all
    select staged_no, thread_id, message_id from matched_entries where is_newer
) as held using (staged_no)

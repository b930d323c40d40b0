-- The reactions that a merged account gave, and its person still gives, are its own again.
-- Params: old_id, new_id
insert into reactions (participant_id, thread_id, message_id, emoji, reacted_at_ms)
select old_participant_id, thread_id, message_id, emoji, reacted_at_ms
from merged_reactions
where old_participant_id = :old_id
    and (thread_id, message_id, emoji) in (
        select thread_id, message_id, emoji
        from reactions
        where participant_id = :new_id
    )

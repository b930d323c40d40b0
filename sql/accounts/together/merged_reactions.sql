-- The reactions of a merged account, and those of the account kept that are the same.
-- Params: old_id, new_id
insert into merged_reactions (old_participant_id, thread_id, message_id, emoji, reacted_at_ms)
select participant_id, thread_id, message_id, emoji, reacted_at_ms
from reactions
where participant_id in (:old_id, :new_id)
    and (thread_id, message_id, emoji) in (
        select thread_id, message_id, emoji
        from reactions
        where participant_id = :old_id
    )
except
select old_participant_id, thread_id, message_id, emoji, reacted_at_ms
from merged_reactions
where old_participant_id in (:old_id, :new_id)

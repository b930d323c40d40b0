-- Reactions that the account kept gave as a merged one alone are its own no more.
-- Params: old_id, new_id
delete from reactions
where participant_id = :new_id
    and (thread_id, message_id, emoji) in (
        select thread_id, message_id, emoji
        from merged_reactions
        where old_participant_id = :old_id
    )
    and (thread_id, message_id, emoji) not in (
        select thread_id, message_id, emoji
        from merged_reactions
        where old_participant_id = :new_id
    )

-- The reactions of one person become another's; one that both gave counts once.
-- Params: old_id, new_id
update reactions set participant_id = :new_id
where participant_id = :old_id
    and not exists (
        select 1
        from reactions as others
        where others.thread_id = reactions.thread_id
            and others.message_id = reactions.message_id
            and others.emoji = reactions.emoji
            and others.participant_id = :new_id
    )

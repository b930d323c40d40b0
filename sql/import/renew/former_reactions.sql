-- Reactions to a message are those of the newest download that holds it: the set is replaced, not added to.
delete from reactions
where exists (
    select 1
    from matched_entries
    where matched_entries.thread_id = reactions.thread_id
        and matched_entries.message_id = reactions.message_id
        and matched_entries.is_newer
)

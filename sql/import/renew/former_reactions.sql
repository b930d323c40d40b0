-- Reactions to a message are those of the newest download that holds it: the set is replaced, not added to.
delete from reactions
where (thread_id, message_id) in (select thread_id, message_id from matched_entries where is_newer)

-- Counts of words that change.
delete from message_tokens
where exists (
    select 1
    from matched_entries
    where matched_entries.bucket = message_tokens.bucket
        and matched_entries.thread_id = message_tokens.thread_id
        and matched_entries.message_id = message_tokens.message_id
        and matched_entries.effect in ('replace', 'unsend', 'fill', 'recognise')
)

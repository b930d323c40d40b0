-- Languages of words that change.
delete from message_languages
where exists (
    select 1
    from matched_entries
    where matched_entries.bucket = message_languages.bucket
        and matched_entries.thread_id = message_languages.thread_id
        and matched_entries.message_id = message_languages.message_id
        and matched_entries.effect in ('replace', 'unsend', 'fill', 'recognise')
)

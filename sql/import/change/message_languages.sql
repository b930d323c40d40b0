-- Languages of words that change.
delete from message_languages
where (thread_id, message_id) in (
        select thread_id, message_id from matched_entries where effect in ('replace', 'unsend', 'fill', 'recognise')
    )

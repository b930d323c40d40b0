-- An encrypted chat is Instagram's where its people, the owner apart, are known from there, and nobody from Facebook,
-- unless a download said that it is Facebook's.
update threads
set source = 'instagram'
where source = 'secure_storage' and thread_id in (select staged_threads.thread_id from staged_threads)
    and thread_id not in (select thread_keys.thread_id from thread_keys where thread_keys.source = 'facebook')
    and thread_id in (
        select thread_id
        from thread_participants
        inner join participants using (participant_id)
        inner join participant_names as named using (participant_id)
        where not is_self and not is_anonymous
        group by thread_id
        having max(case named.source when 'facebook' then 2 when 'instagram' then 1 else 0 end) = 1
    )

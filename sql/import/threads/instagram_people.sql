-- An encrypted chat is Instagram's where its people, the owner apart, are known from Instagram, and nobody from Facebook.
-- No sample is known; that both are asked for in the same way is what people were told.
update threads
set source = 'instagram'
where threads.source = 'secure_storage'
    and threads.thread_id in (select staged_threads.thread_id from staged_threads)
    and threads.thread_id in (
        select thread_participants.thread_id
        from thread_participants
        inner join participants on participants.participant_id = thread_participants.participant_id
        inner join participant_names on participant_names.participant_id = participants.participant_id
        where not participants.is_self
            and not participants.is_anonymous
        group by thread_participants.thread_id
        having max(case when participant_names.source = 'instagram' then 1 else 0 end) = 1
            and max(case when participant_names.source = 'facebook' then 1 else 0 end) = 0
    )

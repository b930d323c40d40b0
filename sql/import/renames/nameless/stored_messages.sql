-- What a deleted account said becomes somebody's, where the download that brought it lists no other deleted account.
-- Params: thread_id, old_id, new_id
update stored_messages
set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id
    and message_id in (
        select messages.message_id
        from messages
        inner join thread_imports
            on thread_imports.thread_id = messages.thread_id and thread_imports.import_id = messages.first_import_id
        where messages.thread_id = :thread_id
            and coalesce(thread_imports.nameless_count, 1) <= 1
    )

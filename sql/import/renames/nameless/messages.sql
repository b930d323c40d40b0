-- The same, of all messages of the thread.
-- Params: thread_id, old_id, new_id
update messages
set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id
    and first_import_id in (
        select thread_imports.import_id
        from thread_imports
        where thread_imports.thread_id = :thread_id
            and coalesce(thread_imports.nameless_count, 1) <= 1
    )

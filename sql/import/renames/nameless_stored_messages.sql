-- The same, in what the batch knows of the store.
-- Params: thread_id, old_id, new_id
update stored_messages set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id
    and first_import_id in (
        select import_id from thread_imports where thread_id = :thread_id and coalesce(nameless_count, 1) <= 1
    )

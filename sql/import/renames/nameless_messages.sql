-- What a deleted account said becomes somebody's, where the download that brought it lists no other deleted account.
-- Params: thread_id, old_id, new_id
update messages set participant_id = :new_id
where thread_id = :thread_id
    and participant_id = :old_id
    and first_import_id in (
        select import_id from thread_imports where thread_id = :thread_id and coalesce(nameless_count, 1) <= 1
    )

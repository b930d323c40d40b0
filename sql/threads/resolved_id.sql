-- The old id goes on to resolve.
-- Params: old_id, new_id
insert into joined_threads (old_thread_id, thread_id) values (:old_id, :new_id)

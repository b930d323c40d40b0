-- What imports read of one thread, they read of another.
-- Params: old_id, new_id
update thread_imports set thread_id = :new_id where thread_id = :old_id

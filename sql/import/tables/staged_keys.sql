-- The keys by which the files of the batch name their threads.
-- Grain: thread_id, source, key_kind, key_value, repeated for each file
create temporary table staged_keys (
    thread_id bigint not null, source varchar not null, key_kind varchar not null, key_value varchar not null
)

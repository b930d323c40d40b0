-- What each file of the batch says of its thread.
-- Grain: file_no
create temporary table staged_threads (
    thread_id bigint not null, file_no bigint not null, part_no bigint not null, first_at_ms bigint,
    newest_at_ms bigint, title varchar not null, source varchar not null, section varchar,
    is_still_participant boolean, is_group boolean, nameless_count bigint, is_in_seconds boolean
)

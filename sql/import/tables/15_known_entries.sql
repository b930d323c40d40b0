-- Staged entries that the store holds already, with the message each is.
-- Grain: staged_no
create temporary table known_entries (
    staged_no bigint not null,
    bucket bigint not null,
    thread_id bigint not null,
    message_id bigint not null,
    ordinal bigint not null
)

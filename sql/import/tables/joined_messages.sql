-- The messages of a thread that proves to be another one, as they are staged to be matched with the other's.
-- Grain: staged_no
create temporary table joined_messages (
    staged_no bigint not null,
    message_id bigint not null,
    first_import_id bigint not null,
    last_import_id bigint not null
)

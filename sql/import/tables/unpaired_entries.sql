-- An entry whose time the other side (staged or stored) does not have, in a second in which one side tells no more.
-- entry_no is its staged_no or its message_id.
-- Grain: is_staged, thread_id, entry_no
create temporary table unpaired_entries (
    is_staged boolean not null,
    entry_no bigint not null,
    thread_id bigint not null,
    participant_id bigint not null,
    second_no bigint not null,
    sent_at_ms bigint not null,
    ordinal bigint not null,
    kind varchar not null,
    body varchar not null,
    share_url varchar not null,
    media varchar not null
)

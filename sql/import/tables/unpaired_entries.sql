-- An entry whose time the other side (staged or stored) does not have, in a second in which one side tells no more.
-- Grain: is_staged, thread_id, entry_no (as in unmatched)
create temporary table unpaired_entries (
    is_staged boolean not null, entry_no bigint not null, thread_id bigint not null, participant_id bigint not null,
    second_no bigint not null, sent_at_ms bigint not null, ordinal bigint not null, kind varchar not null,
    said_key varchar not null
)

-- Staged entries and stored messages that are one message, known to the second on one side and to the millisecond on
-- the other: the whole second gives way.
-- Grain: staged_no
create temporary table aligned_times (
    staged_no bigint not null, thread_id bigint not null, message_id bigint not null,
    staged_at_ms bigint not null, stored_at_ms bigint not null
)

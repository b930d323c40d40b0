-- Entries that the store does not hold, with their number among all messages of their thread at their time.
-- Grain: staged_no
create temporary table new_entries (
    staged_no bigint not null, thread_id bigint not null, sent_at_ms bigint not null, occurrence_no bigint not null
)

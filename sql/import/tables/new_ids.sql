-- The ids given to new entries.
-- Grain: staged_no
create temporary table new_ids (staged_no bigint not null, thread_id bigint not null, message_id bigint not null)

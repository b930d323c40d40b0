-- Senders who cannot be known by name on one side, the staged or the stored: of a deleted account here or there.
-- Grain: is_staged, thread_id, participant_id
create temporary table unnamed (is_staged boolean not null, thread_id bigint not null, participant_id bigint not null)

-- The display names that the batch's download gives to people.
-- Grain: participant_id, repeated
create temporary table staged_names (participant_id bigint not null, name varchar not null)

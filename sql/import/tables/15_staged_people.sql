-- The people whom each file of the batch lists in its thread, or who wrote.
-- Grain: file_no, participant_id
create temporary table staged_people (
    thread_id bigint not null,
    participant_id bigint not null
)

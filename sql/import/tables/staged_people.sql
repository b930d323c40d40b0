-- The people whom each file of the batch lists in its thread, or who wrote. is_somebody is false for the sender of
-- messages that name none, unless the file lists somebody without a name.
-- Grain: file_no, participant_id
create temporary table staged_people (
    thread_id bigint not null, participant_id bigint not null, is_somebody boolean not null
)

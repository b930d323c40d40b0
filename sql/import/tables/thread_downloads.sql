-- The downloads that spoke of the batch's threads, the one that is imported among them, and which of two is the newer:
-- that with the newer message of the thread, or else with the newer message of all (age_no is greater; equal ones are as
-- old). is_staged: what it says is staged; of a thread that is joined to another, all that spoke of it.
-- Source: FORMATS.md section 4.2.
-- Grain: thread_id, import_id, is_staged
create temporary table thread_downloads (
    thread_id bigint not null, import_id bigint not null, is_staged boolean not null, first_at_ms bigint,
    newest_at_ms bigint, newest_part_no bigint not null, age_no bigint
)

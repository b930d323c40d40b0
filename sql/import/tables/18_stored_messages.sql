-- The store's messages of the batch's threads, as far as the batch reaches, with what the batch may do to each:
-- is_newer tells whether the batch's download is at least as new as the newest one that held the message, is_as_old
-- whether it is no newer either; is_at_start and is_at_end whether the message lies at the first or last time of the
-- downloads that held it, where a part may be missing that goes on with the same instant.
-- Grain: thread_id, message_id
create temporary table stored_messages (
    bucket bigint not null,
    thread_id bigint not null,
    message_id bigint not null,
    participant_id bigint not null,
    person_key bigint,
    sent_at_ms bigint not null,
    ordinal bigint not null,
    kind varchar not null,
    body varchar,
    share_url varchar,
    media varchar not null,
    is_newer boolean not null,
    is_as_old boolean not null,
    is_at_start boolean not null,
    is_at_end boolean not null
)

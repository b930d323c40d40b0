-- Where new entries and messages around them stand within their instant, when the store has some of it already.
-- Grain: thread_id, sent_at_ms
create temporary table places (
    thread_id bigint not null,
    sent_at_ms bigint not null,
    is_whole boolean not null,
    shift bigint not null
)

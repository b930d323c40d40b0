-- Instants that lie elsewhere in the store than in the batch: so many parts further. At the end of an older part an instant
-- may go on in the next, and its places lie before those of the next part's; another download may have the whole instant
-- inside one part.
-- Grain: thread_id, sent_at_ms
create temporary table shifted_instants (
    thread_id bigint not null, sent_at_ms bigint not null, part_count bigint not null, is_newer boolean not null
)

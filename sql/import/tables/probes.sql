-- Messages to ask the store for: some of those in each file or thread that asks; body is '' where there are no words.
-- Grain: asker_id, probe_no
create temporary table probes (
    asker_id bigint not null, probe_no bigint not null, sent_at_ms bigint not null, kind varchar not null,
    body varchar not null
)

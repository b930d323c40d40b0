-- Of the messages asked for, those that fall into the time that earlier imports tell of a thread; how many it has itself
-- in the time of those asked for; and how many are in both.
-- Params: thread_id, import_id
select
    (
        select count(distinct probe_no)
        from probes
        inner join thread_imports on sent_at_ms between first_at_ms - 999 and thread_imports.newest_at_ms + 999
        where thread_id = :thread_id and import_id <> :import_id
    ) as near_count,
    (
        select count(*)
        from messages
        where thread_id = :thread_id
            and kind in ('text', 'share', 'media', 'call', 'unsent')
            and sent_at_ms >= (select min(sent_at_ms) - 999 from probes)
            and sent_at_ms <= (select max(sent_at_ms) + 999 from probes)
    ) as held_count,
    (
        select count(*)
        from probes
        inner join messages
            on cast(floor(messages.sent_at_ms / 1000.0) as bigint) = cast(floor(probes.sent_at_ms / 1000.0) as bigint)
        left join message_edits
            on message_edits.thread_id = messages.thread_id and message_edits.message_id = messages.message_id
        where messages.thread_id = :thread_id
            and (
                (messages.kind = probes.kind and (messages.kind <> 'text' or messages.body = probes.body))
                or message_edits.body = probes.body
                or (messages.sent_at_ms = probes.sent_at_ms and 'unsent' in (messages.kind, probes.kind))
            )
    ) as hit_count

-- Threads of an earlier import that hold some of what people sent to another: how many messages, from how many senders,
-- and how many of the other's fall into the time that a thread knows of. body is the words, '' where there are none.
-- Grain: asker_id, thread_id
-- Params: owner_id, import_id
with

-- A download of early 2018 tells no more than the second.
met as (
    select
        probes.asker_id,
        probes.probe_no,
        messages.thread_id,
        messages.first_import_id,
        messages.participant_id,
        probes.body <> '' as has_words
    from probes
    inner join messages
        on messages.kind = probes.kind
        and case when messages.kind in ('text', 'system') then messages.body else '' end = probes.body
        and cast(floor(messages.sent_at_ms / 1000.0) as bigint) = cast(floor(probes.sent_at_ms / 1000.0) as bigint)
        and (
            messages.sent_at_ms = probes.sent_at_ms
            or mod(messages.sent_at_ms, 1000) = 0
            or mod(probes.sent_at_ms, 1000) = 0
        )
    union
    -- Words of before, of messages edited or removed since.
    select
        probes.asker_id,
        probes.probe_no,
        messages.thread_id,
        messages.first_import_id,
        messages.participant_id,
        probes.body <> '' as has_words
    from probes
    inner join message_edits on probes.kind = 'text' and message_edits.body = probes.body
    inner join messages
        on messages.thread_id = message_edits.thread_id
        and messages.message_id = message_edits.message_id
        and cast(floor(messages.sent_at_ms / 1000.0) as bigint) = cast(floor(probes.sent_at_ms / 1000.0) as bigint)
        and (
            messages.sent_at_ms = probes.sent_at_ms
            or mod(messages.sent_at_ms, 1000) = 0
            or mod(probes.sent_at_ms, 1000) = 0
        )
    union
    -- What one of the two downloads has no more.
    select
        probes.asker_id,
        probes.probe_no,
        messages.thread_id,
        messages.first_import_id,
        messages.participant_id,
        false as has_words
    from probes
    inner join messages on messages.sent_at_ms = probes.sent_at_ms
    where (probes.kind = 'unsent') <> (messages.kind = 'unsent')
),

hits as (
    select
        met.asker_id,
        met.thread_id,
        count(distinct met.probe_no) as hit_count,
        count(distinct case when met.has_words then met.probe_no end) as word_count,
        count(distinct met.participant_id) as sender_count
    from met
    inner join threads on threads.thread_id = met.thread_id
    where threads.owner_id = :owner_id
        and met.first_import_id <> :import_id
        and met.asker_id <> met.thread_id
    group by met.asker_id, met.thread_id
),

spans as (
    select
        messages.thread_id,
        min(messages.sent_at_ms) as first_at_ms,
        max(messages.sent_at_ms) as newest_at_ms
    from messages
    where messages.thread_id in (select hits.thread_id from hits where hits.sender_count = 1)
    group by messages.thread_id
),

reaches as (
    -- Between two downloads of a thread there may be a gap, of which it knows nothing; but one sender alone may have
    -- sent the same greetings to two people of one name, and then all that was said meanwhile speaks against it.
    select
        hits.asker_id,
        hits.thread_id,
        thread_imports.first_at_ms,
        thread_imports.newest_at_ms
    from hits
    inner join thread_imports on thread_imports.thread_id = hits.thread_id
    where hits.sender_count > 1
        and thread_imports.import_id <> :import_id
    union all
    select
        hits.asker_id,
        spans.thread_id,
        spans.first_at_ms,
        spans.newest_at_ms
    from spans
    inner join hits on hits.thread_id = spans.thread_id
    where hits.sender_count = 1
)

select
    hits.asker_id,
    hits.thread_id,
    hits.hit_count,
    hits.sender_count,
    count(distinct probes.probe_no) as near_count,
    hits.word_count
from hits
inner join reaches on reaches.asker_id = hits.asker_id and reaches.thread_id = hits.thread_id
inner join probes
    on probes.asker_id = hits.asker_id
    and probes.sent_at_ms between reaches.first_at_ms - 999 and reaches.newest_at_ms + 999
group by hits.asker_id, hits.thread_id, hits.hit_count, hits.sender_count, hits.word_count
order by hits.hit_count desc, hits.thread_id, hits.asker_id

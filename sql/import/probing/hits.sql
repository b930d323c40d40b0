-- Threads of an earlier import that hold some of what people sent to another: how many messages, from how many senders,
-- and how many of the other's fall into the time that a thread knows of. body is the words, '' where there are none.
-- Grain: asker_id, thread_id
-- Params: owner_id, import_id
with

-- What both have of a second; a download of early 2018 tells no more. is_said is null where it is another message.
met as (
    select
        asker_id, probe_no, probes.body, messages.thread_id, participant_id,
        case
            when messages.kind = probes.kind
                and case when messages.kind in ('text', 'system') then messages.body else '' end = probes.body
                then true
            -- Words of before, of messages edited or removed since.
            when probes.kind = 'text' and message_edits.body = probes.body then true
            -- What one of the two downloads has no more.
            when messages.sent_at_ms = probes.sent_at_ms and (probes.kind = 'unsent') <> (messages.kind = 'unsent')
                then false
        end as is_said
    from probes
    inner join messages
        on cast(floor(messages.sent_at_ms / 1000.0) as bigint) = cast(floor(probes.sent_at_ms / 1000.0) as bigint)
    inner join threads using (thread_id)
    left join message_edits
        on message_edits.thread_id = messages.thread_id and message_edits.message_id = messages.message_id
    where threads.owner_id = :owner_id
        and first_import_id <> :import_id
        and asker_id <> messages.thread_id
        and (
            messages.sent_at_ms = probes.sent_at_ms
            or 0 in (mod(messages.sent_at_ms, 1000), mod(probes.sent_at_ms, 1000))
        )
),

hits as (
    select
        asker_id, thread_id, count(distinct probe_no) as hit_count, count(distinct participant_id) as sender_count,
        count(distinct case when is_said and body <> '' then probe_no end) as word_count
    from met
    where is_said is not null
    group by asker_id, thread_id
),

reaches as (
    -- Between two downloads of a thread there may be a gap, of which it knows nothing; but one sender alone may have
    -- sent the same greetings to two people of one name, and then all that was said meanwhile speaks against it.
    select hits.*, first_at_ms, newest_at_ms
    from hits
    inner join thread_imports using (thread_id)
    where sender_count > 1 and import_id <> :import_id
    union all
    select hits.*, first_at_ms, newest_at_ms
    from hits
    inner join (
        select thread_id, min(sent_at_ms) as first_at_ms, max(sent_at_ms) as newest_at_ms
        from messages
        where thread_id in (select hits.thread_id from hits where hits.sender_count = 1)
        group by thread_id
    ) as spans using (thread_id)
    where sender_count = 1
)

select asker_id, thread_id, hit_count, sender_count, count(distinct probe_no) as near_count, word_count
from reaches
inner join probes using (asker_id)
where sent_at_ms between first_at_ms - 999 and newest_at_ms + 999
group by asker_id, thread_id, hit_count, sender_count, word_count
order by hit_count desc, thread_id, asker_id

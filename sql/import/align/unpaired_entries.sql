-- What stands in no other place, of the staged and of the stored, in seconds in which one side tells no more: the
-- downloads of early 2018 have whole seconds where every later one has milliseconds.
-- Source: FORMATS.md section 1, variant A0.
insert into unpaired_entries
with

-- Chats of which the one side or the other comes from such a download.
staged_in_seconds as (
    select distinct thread_id
    from staged_threads
    where is_in_seconds
),

stored_in_seconds as (
    select distinct thread_id
    from thread_imports
    where coalesce(is_in_seconds, true)
),

in_seconds as (
    select thread_id from staged_in_seconds
    union
    select thread_id from stored_in_seconds
),

alone as (
    select
        true as is_staged, staged_messages.staged_no as entry_no, staged_messages.thread_id,
        staged_messages.participant_id, staged_messages.sent_at_ms, staged_messages.ordinal, staged_messages.kind,
        staged_messages.body, staged_messages.share_url, staged_messages.media,
        mod(staged_messages.sent_at_ms, 1000) = 0
            and staged_messages.thread_id in (select thread_id from staged_in_seconds) as is_coarse
    from entries
    inner join staged_messages on staged_messages.staged_no = entries.staged_no
    inner join in_seconds on in_seconds.thread_id = staged_messages.thread_id
    where not exists (
        select 1
        from stored_messages
        where stored_messages.thread_id = staged_messages.thread_id
            and stored_messages.sent_at_ms = staged_messages.sent_at_ms
    )
    union all
    select
        false as is_staged, stored_messages.message_id as entry_no, stored_messages.thread_id,
        stored_messages.participant_id, stored_messages.sent_at_ms, stored_messages.ordinal, stored_messages.kind,
        stored_messages.body, stored_messages.share_url, stored_messages.media,
        mod(stored_messages.sent_at_ms, 1000) = 0
            and stored_messages.thread_id in (select thread_id from stored_in_seconds) as is_coarse
    from stored_messages
    inner join in_seconds on in_seconds.thread_id = stored_messages.thread_id
    where not exists (
        select 1
        from staged_messages
        where staged_messages.thread_id = stored_messages.thread_id
            and staged_messages.sent_at_ms = stored_messages.sent_at_ms
    )
),

-- Null where a side has nothing in the second.
compared as (
    select
        *,
        cast(floor(sent_at_ms / 1000.0) as bigint) as second_no,
        max(case when is_staged then cast(is_coarse as integer) end) over (
            partition by thread_id, cast(floor(sent_at_ms / 1000.0) as bigint)
        ) as staged_coarse,
        max(case when not is_staged then cast(is_coarse as integer) end) over (
            partition by thread_id, cast(floor(sent_at_ms / 1000.0) as bigint)
        ) as stored_coarse
    from alone
)

select
    is_staged, entry_no, thread_id, participant_id, second_no, sent_at_ms, ordinal, kind, coalesce(body, ''),
    coalesce(share_url, ''), media
from compared
where staged_coarse + stored_coarse > 0
    and (is_coarse or case when is_staged then stored_coarse else staged_coarse end = 1)

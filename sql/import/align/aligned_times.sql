-- The downloads of early 2018 have whole seconds where every later one has milliseconds. What stands in no other place
-- of the two is paired within its second: first by what was said, then by kind (edited, or a sentence in another
-- language), then, where as much is left on both sides (removed), in order. Both sides have a text of their own: one
-- for both took twice the time. Source: FORMATS.md section 1, variant A0.
insert into aligned_times (staged_no, thread_id, message_id, staged_at_ms, stored_at_ms)
with

-- Chats of which the one side or the other comes from such a download.
in_seconds as (
    select
        sides.thread_id,
        max(sides.is_staged) as is_staged,
        max(sides.is_stored) as is_stored
    from (
        select
            staged_threads.thread_id,
            1 as is_staged,
            0 as is_stored
        from staged_threads
        where staged_threads.is_in_seconds
        union all
        select
            thread_imports.thread_id,
            0 as is_staged,
            1 as is_stored
        from thread_imports
        where coalesce(thread_imports.is_in_seconds, true)
    ) as sides
    group by sides.thread_id
),

staged_alone as (
    select
        staged_messages.staged_no,
        staged_messages.thread_id,
        staged_messages.sent_at_ms,
        staged_messages.ordinal,
        staged_messages.participant_id,
        coalesce(staged_messages.body, '') as body,
        coalesce(staged_messages.share_url, '') as share_url,
        staged_messages.media,
        staged_messages.kind,
        cast(floor(staged_messages.sent_at_ms / 1000.0) as bigint) as second_no,
        case when in_seconds.is_staged = 1 and mod(staged_messages.sent_at_ms, 1000) = 0 then 1 else 0 end as is_coarse
    from entries
    inner join staged_messages on staged_messages.staged_no = entries.staged_no
    inner join in_seconds on in_seconds.thread_id = staged_messages.thread_id
    where not exists (
        select 1
        from stored_messages
        where stored_messages.thread_id = staged_messages.thread_id
            and stored_messages.sent_at_ms = staged_messages.sent_at_ms
    )
),

stored_alone as (
    select
        stored_messages.message_id,
        stored_messages.thread_id,
        stored_messages.sent_at_ms,
        stored_messages.ordinal,
        stored_messages.participant_id,
        coalesce(stored_messages.body, '') as body,
        coalesce(stored_messages.share_url, '') as share_url,
        stored_messages.media,
        stored_messages.kind,
        cast(floor(stored_messages.sent_at_ms / 1000.0) as bigint) as second_no,
        case when in_seconds.is_stored = 1 and mod(stored_messages.sent_at_ms, 1000) = 0 then 1 else 0 end as is_coarse
    from stored_messages
    inner join in_seconds on in_seconds.thread_id = stored_messages.thread_id
    where not exists (
        select 1
        from staged_messages
        where staged_messages.thread_id = stored_messages.thread_id
            and staged_messages.sent_at_ms = stored_messages.sent_at_ms
    )
),

-- Seconds in which one side tells no more.
seconds as (
    select
        staged_times.thread_id,
        staged_times.second_no,
        staged_times.has_coarse as has_staged,
        stored_times.has_coarse as has_stored
    from (
        select
            thread_id,
            second_no,
            max(is_coarse) as has_coarse
        from staged_alone
        group by thread_id, second_no
    ) as staged_times
    inner join (
        select
            thread_id,
            second_no,
            max(is_coarse) as has_coarse
        from stored_alone
        group by thread_id, second_no
    ) as stored_times
        on stored_times.thread_id = staged_times.thread_id and stored_times.second_no = staged_times.second_no
    where staged_times.has_coarse = 1 or stored_times.has_coarse = 1
),

staged_words as (
    select
        staged_alone.*,
        row_number() over (
            partition by
                staged_alone.thread_id, staged_alone.second_no, staged_alone.participant_id, staged_alone.body,
                staged_alone.share_url, staged_alone.media
            order by staged_alone.sent_at_ms, staged_alone.ordinal, staged_alone.staged_no
        ) as place_no
    from staged_alone
    inner join seconds
        on seconds.thread_id = staged_alone.thread_id and seconds.second_no = staged_alone.second_no
    where staged_alone.is_coarse = 1 or seconds.has_stored = 1
),

stored_words as (
    select
        stored_alone.*,
        row_number() over (
            partition by
                stored_alone.thread_id, stored_alone.second_no, stored_alone.participant_id, stored_alone.body,
                stored_alone.share_url, stored_alone.media
            order by stored_alone.sent_at_ms, stored_alone.ordinal, stored_alone.message_id
        ) as place_no
    from stored_alone
    inner join seconds
        on seconds.thread_id = stored_alone.thread_id and seconds.second_no = stored_alone.second_no
    where stored_alone.is_coarse = 1 or seconds.has_staged = 1
),

same_words as (
    select
        staged_words.staged_no,
        staged_words.thread_id,
        stored_words.message_id,
        staged_words.sent_at_ms as staged_at_ms,
        stored_words.sent_at_ms as stored_at_ms
    from staged_words
    inner join stored_words
        on stored_words.thread_id = staged_words.thread_id
        and stored_words.second_no = staged_words.second_no
        and stored_words.participant_id = staged_words.participant_id
        and stored_words.body = staged_words.body
        and stored_words.share_url = staged_words.share_url
        and stored_words.media = staged_words.media
        and stored_words.place_no = staged_words.place_no
),

-- The rest, in order: entries of one kind, then whatever is left, one for one.
staged_rest as (
    select
        staged_words.*,
        row_number() over (
            partition by staged_words.thread_id, staged_words.second_no, staged_words.kind
            order by staged_words.sent_at_ms, staged_words.ordinal, staged_words.staged_no
        ) as kind_no
    from staged_words
    where not exists (select 1 from same_words where same_words.staged_no = staged_words.staged_no)
),

stored_rest as (
    select
        stored_words.*,
        row_number() over (
            partition by stored_words.thread_id, stored_words.second_no, stored_words.kind
            order by stored_words.sent_at_ms, stored_words.ordinal, stored_words.message_id
        ) as kind_no
    from stored_words
    where not exists (
        select 1
        from same_words
        where same_words.thread_id = stored_words.thread_id
            and same_words.message_id = stored_words.message_id
    )
),

same_kinds as (
    select
        staged_rest.staged_no,
        staged_rest.thread_id,
        stored_rest.message_id,
        staged_rest.sent_at_ms as staged_at_ms,
        stored_rest.sent_at_ms as stored_at_ms
    from staged_rest
    inner join stored_rest
        on stored_rest.thread_id = staged_rest.thread_id
        and stored_rest.second_no = staged_rest.second_no
        and stored_rest.kind = staged_rest.kind
        and stored_rest.kind_no = staged_rest.kind_no
),

staged_last as (
    select
        staged_rest.*,
        row_number() over (
            partition by staged_rest.thread_id, staged_rest.second_no
            order by staged_rest.sent_at_ms, staged_rest.ordinal, staged_rest.staged_no
        ) as last_no,
        count(*) over (partition by staged_rest.thread_id, staged_rest.second_no) as last_count
    from staged_rest
    where not exists (select 1 from same_kinds where same_kinds.staged_no = staged_rest.staged_no)
),

stored_last as (
    select
        stored_rest.*,
        row_number() over (
            partition by stored_rest.thread_id, stored_rest.second_no
            order by stored_rest.sent_at_ms, stored_rest.ordinal, stored_rest.message_id
        ) as last_no,
        count(*) over (partition by stored_rest.thread_id, stored_rest.second_no) as last_count
    from stored_rest
    where not exists (
        select 1
        from same_kinds
        where same_kinds.thread_id = stored_rest.thread_id
            and same_kinds.message_id = stored_rest.message_id
    )
)

select * from same_words
union all
select * from same_kinds
union all
select
    staged_last.staged_no,
    staged_last.thread_id,
    stored_last.message_id,
    staged_last.sent_at_ms,
    stored_last.sent_at_ms
from staged_last
inner join stored_last
    on stored_last.thread_id = staged_last.thread_id
    and stored_last.second_no = staged_last.second_no
    and stored_last.last_no = staged_last.last_no
    and stored_last.last_count = staged_last.last_count

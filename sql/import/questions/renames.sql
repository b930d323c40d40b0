-- People of the batch who are people of the store under another name: in one thread, the person of the store is not in
-- the download, and what they said at these times somebody else says in it, more often than not.
-- Source: FORMATS.md section 4.2, rule 2.
-- Grain: thread_id, staged_id
with

absentees as (
    select distinct
        stored_messages.thread_id,
        stored_messages.participant_id
    from stored_messages
    left join staged_people
        on staged_people.thread_id = stored_messages.thread_id
        and staged_people.participant_id = stored_messages.participant_id
    where staged_people.participant_id is null
),

-- What somebody said whom the store knows to have said it is nobody else's.
own_entries as (
    select distinct staged_messages.staged_no
    from staged_messages
    inner join stored_messages
        on stored_messages.thread_id = staged_messages.thread_id
        and stored_messages.sent_at_ms = staged_messages.sent_at_ms
        and stored_messages.participant_id = staged_messages.participant_id
        and stored_messages.media = staged_messages.media
    where coalesce(stored_messages.body, '') = coalesce(staged_messages.body, '')
        and coalesce(stored_messages.share_url, '') = coalesce(staged_messages.share_url, '')
),

meetings as (
    -- What an absentee said in the store, beside what anybody says at the same time in the batch.
    select
        absentees.thread_id,
        absentees.participant_id as stored_id,
        staged_messages.participant_id as staged_id,
        stored_messages.message_id,
        case
            when coalesce(stored_messages.body, '') = coalesce(staged_messages.body, '')
                and coalesce(stored_messages.share_url, '') = coalesce(staged_messages.share_url, '')
                and stored_messages.media = staged_messages.media
                and staged_messages.kind in ('text', 'share', 'media')
                then 1
            else 0
        end as is_same
    from absentees
    inner join stored_messages
        on stored_messages.thread_id = absentees.thread_id
        and stored_messages.participant_id = absentees.participant_id
    inner join staged_messages
        on staged_messages.thread_id = stored_messages.thread_id
        and staged_messages.sent_at_ms = stored_messages.sent_at_ms
    left join own_entries on own_entries.staged_no = staged_messages.staged_no
    where own_entries.staged_no is null
),

presences as (
    select
        thread_id,
        stored_id,
        count(distinct message_id) as message_count
    from meetings
    group by thread_id, stored_id
),

agreements as (
    select
        meetings.thread_id,
        meetings.stored_id,
        meetings.staged_id,
        presences.message_count,
        count(distinct meetings.message_id) as meeting_count,
        count(distinct case when meetings.is_same = 1 then meetings.message_id end) as same_count
    from meetings
    inner join presences
        on presences.thread_id = meetings.thread_id and presences.stored_id = meetings.stored_id
    group by meetings.thread_id, meetings.stored_id, meetings.staged_id, presences.message_count
),

flagged as (
    select
        agreements.*,
        staged_people.is_anonymous as is_staged_nameless,
        stored_people.is_anonymous as is_stored_nameless,
        count(*) over (partition by agreements.thread_id, agreements.staged_id) as stored_count,
        count(*) over (partition by agreements.thread_id, agreements.stored_id) as staged_count
    from agreements
    inner join participants as staged_people on staged_people.participant_id = agreements.staged_id
    inner join participants as stored_people on stored_people.participant_id = agreements.stored_id
    where agreements.same_count > 0
),

ranked as (
    select
        *,
        row_number() over (
            partition by thread_id, staged_id order by same_count desc, stored_id
        ) as staged_rank_no,
        row_number() over (
            partition by thread_id, stored_id order by same_count desc, staged_id
        ) as stored_rank_no
    from flagged
    -- Words changed or removed since speak neither for nor against.
    where same_count > message_count - meeting_count
)

select
    thread_id,
    staged_id,
    stored_id
from ranked
where staged_rank_no = 1
    and stored_rank_no = 1
    -- "Facebook user" is taken for a person only where it stands for one: met by one alone, and nobody's before.
    and (
        not is_staged_nameless
        or (
            stored_count = 1
            and not exists (
                select 1
                from stored_messages
                where stored_messages.thread_id = ranked.thread_id
                    and stored_messages.participant_id = ranked.staged_id
            )
        )
    )
    and (not is_stored_nameless or staged_count = 1)
order by thread_id, staged_id

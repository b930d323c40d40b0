-- People of the batch who are people of the store under another name: in one thread, the person of the store is not in
-- the download, and what they said at these times somebody else says in it, more often than not; or the thread is a
-- chat of two, named after the other as such chats are, and the other is in both.
-- has_own: the download knows the one of the batch by that name too, as the store does; is_newer: it is the newer one.
-- Source: FORMATS.md section 4.2, rule 2.
-- Grain: thread_id, staged_id
-- Params: import_id
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
    select distinct
        staged_messages.staged_no,
        staged_messages.thread_id,
        staged_messages.participant_id
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
        case when stored_messages.is_newer then 1 else 0 end as is_newer,
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
        count(distinct case when meetings.is_same = 1 then meetings.message_id end) as same_count,
        min(meetings.is_newer) as is_newer
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
),

told_by_words as (
    select
        thread_id,
        staged_id,
        stored_id,
        is_newer
    from ranked
    where staged_rank_no = 1
        and stored_rank_no = 1
        -- "Facebook user" is taken for a person only where it stands for one: met by one alone, and nobody's before, but
        -- in downloads that list several.
        and (
            not is_staged_nameless
            or (
                stored_count = 1
                and not exists (
                    select 1
                    from stored_messages
                    inner join messages
                        on messages.bucket = stored_messages.bucket
                        and messages.thread_id = stored_messages.thread_id
                        and messages.message_id = stored_messages.message_id
                    inner join thread_imports
                        on thread_imports.thread_id = messages.thread_id
                        and thread_imports.import_id = messages.first_import_id
                    where stored_messages.thread_id = ranked.thread_id
                        and stored_messages.participant_id = ranked.staged_id
                        and coalesce(thread_imports.nameless_count, 1) <= 1
                )
            )
        )
        and (not is_stored_nameless or staged_count = 1)
),

staged_pairs as (
    select
        thread_id,
        min(participant_id) as first_id,
        max(participant_id) as second_id
    from staged_people
    where thread_id not in (select staged_threads.thread_id from staged_threads where staged_threads.is_group)
    group by thread_id
    having count(distinct participant_id) = 2
),

stored_pairs as (
    select
        thread_participants.thread_id,
        min(thread_participants.participant_id) as first_id,
        max(thread_participants.participant_id) as second_id
    from thread_participants
    inner join threads on threads.thread_id = thread_participants.thread_id
    where threads.kind = 'direct'
        and threads.thread_id in (select staged_pairs.thread_id from staged_pairs)
    group by thread_participants.thread_id
    having count(*) = 2
),

-- Whoever is not the one of two is the other, though no two downloads share a word of theirs.
told_by_the_other as (
    select
        staged_pairs.thread_id,
        case
            when staged_pairs.first_id in (stored_pairs.first_id, stored_pairs.second_id) then staged_pairs.second_id
            else staged_pairs.first_id
        end as staged_id,
        case
            when stored_pairs.first_id in (staged_pairs.first_id, staged_pairs.second_id) then stored_pairs.second_id
            else stored_pairs.first_id
        end as stored_id,
        coalesce(clocks.is_newer, 1) as is_newer
    from staged_pairs
    inner join stored_pairs on stored_pairs.thread_id = staged_pairs.thread_id
    left join (
        select
            thread_id,
            min(case when is_newer then 1 else 0 end) as is_newer
        from stored_messages
        group by thread_id
    ) as clocks on clocks.thread_id = staged_pairs.thread_id
    where (staged_pairs.first_id in (stored_pairs.first_id, stored_pairs.second_id))
        <> (staged_pairs.second_id in (stored_pairs.first_id, stored_pairs.second_id))
        and staged_pairs.thread_id not in (select told_by_words.thread_id from told_by_words)
        -- Found by a key that was known, and not by words that several chats may hold.
        and exists (
            select 1
            from staged_keys
            inner join thread_keys
                on thread_keys.thread_id = staged_keys.thread_id
                and thread_keys.source = staged_keys.source
                and thread_keys.key_kind = staged_keys.key_kind
                and thread_keys.key_value = staged_keys.key_value
            where staged_keys.thread_id = staged_pairs.thread_id
                and thread_keys.first_import_id <> :import_id
        )
),

-- A group of which two people are left has a name of its own.
told_by_title as (
    select told_by_the_other.*
    from told_by_the_other
    where exists (
            select 1
            from staged_threads
            left join participant_names
                on participant_names.participant_id = told_by_the_other.staged_id
                and participant_names.name = staged_threads.title
            where staged_threads.thread_id = told_by_the_other.thread_id
                and (staged_threads.title = '' or participant_names.name is not null)
        )
),

told as (
    select * from told_by_words
    union all
    select * from told_by_title
)

select
    told.thread_id,
    told.staged_id,
    told.stored_id,
    exists (
        select 1
        from own_entries
        where own_entries.thread_id = told.thread_id
            and own_entries.participant_id = told.staged_id
    ) as has_own,
    told.is_newer = 1 as is_newer
from told
order by told.thread_id, told.staged_id

-- People of the batch who are people of the store under another name: in one thread, the person of the store is not in
-- the download, and what they said at these times somebody else says in it, more often than not. is_newer: the download
-- is the newer one. Source: FORMATS.md section 4.2, rule 2.
-- Grain: thread_id, staged_id
with

absentees as (
    select thread_id, participant_id from stored_messages
    except
    select thread_id, participant_id from staged_people
),

-- What an absentee said in the store, beside what anybody says at the same time in the batch.
meetings as (
    select
        thread_id, stored.participant_id as stored_id, staged.participant_id as staged_id, stored.message_id,
        stored.is_newer, stored.said_key = entries.said_key and staged.kind in ('text', 'share', 'media') as is_same
    from absentees
    inner join stored_messages as stored using (thread_id, participant_id)
    inner join staged_messages as staged using (thread_id, sent_at_ms)
    inner join entries using (staged_no)
    -- What somebody said whom the store knows to have said it is nobody else's.
    where not exists (
            select 1 from stored_messages as own
            where own.thread_id = staged.thread_id
                and own.sent_at_ms = staged.sent_at_ms
                and own.participant_id = staged.participant_id
                and own.said_key = entries.said_key
        )
),

agreements as (
    select
        thread_id, stored_id, staged_id,
        count(distinct case when is_same then message_id end) as same_count,
        bool_and(is_newer) as is_newer,
        -- Words changed or removed since speak neither for nor against.
        count(distinct case when is_same then message_id end) > met_count - count(distinct message_id) as is_mostly
    from meetings
    inner join (
        select thread_id, stored_id, count(distinct message_id) as met_count
        from meetings
        group by thread_id, stored_id
    ) as met using (thread_id, stored_id)
    group by thread_id, stored_id, staged_id, met_count
),

ranked as (
    select
        *,
        count(*) over (partition by thread_id, staged_id) as stored_count,
        count(*) over (partition by thread_id, stored_id) as staged_count,
        row_number() over (
            partition by thread_id, staged_id order by is_mostly desc, same_count desc, stored_id
        ) as staged_rank_no,
        row_number() over (
            partition by thread_id, stored_id order by is_mostly desc, same_count desc, staged_id
        ) as stored_rank_no
    from agreements
    where same_count > 0
)

select thread_id, staged_id, stored_id, ranked.is_newer
from ranked
inner join participants as staged_people on staged_people.participant_id = staged_id
inner join participants as stored_people on stored_people.participant_id = stored_id
where is_mostly and staged_rank_no = 1 and stored_rank_no = 1
    -- "Facebook user" is taken for a person only where it stands for one: met by one alone, and nobody's before, but in
    -- downloads that list several.
    and (not stored_people.is_anonymous or staged_count = 1)
    and (not staged_people.is_anonymous or stored_count = 1)
    and not (
        staged_people.is_anonymous
        and exists (
            select 1
            from stored_messages as stored
            inner join thread_imports as firsts
                on firsts.thread_id = stored.thread_id and firsts.import_id = stored.first_import_id
            where stored.thread_id = ranked.thread_id
                and stored.participant_id = staged_id
                and coalesce(firsts.nameless_count, 1) <= 1
        )
    )

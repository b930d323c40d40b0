-- Entries that stand in several files of a download count once: equal entries of one instant are numbered within each
-- file, and of each number one is kept, that of the newest part. Source: FORMATS.md section 3.2.
insert into entries (staged_no, repeat_no, said_key, is_gone)
with

-- What an entry says, in one text that only equal ones have: the length tells where the address ends.
said as (
    select
        *,
        concat(media, ' ', coalesce(length(share_url), 0), ' ', share_url, body) as said_key,
        kind = 'unsent' as is_gone
    from staged_messages
),

-- Nearly all stand alone at their time.
numbered as (
    select *, row_number() over (
        partition by thread_id, sent_at_ms, participant_id, said_key, is_gone, file_no order by ordinal, staged_no
    ) as repeat_no
    from said
    inner join (
        select thread_id, sent_at_ms from staged_messages group by thread_id, sent_at_ms having count(*) > 1
    ) as crowded using (thread_id, sent_at_ms)
),

ranked as (
    select
        staged_no,
        repeat_no,
        row_number() over (
            partition by thread_id, sent_at_ms, participant_id, said_key, is_gone, repeat_no
            order by ordinal desc, staged_no
        ) as copy_no
    from numbered
)

select staged_no, coalesce(repeat_no, 1), said_key, is_gone
from said
left join ranked using (staged_no)
where coalesce(copy_no, 1) = 1

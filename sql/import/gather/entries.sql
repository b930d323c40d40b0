-- Entries that stand in several files of a download count once: equal entries of one instant are numbered within each
-- file, and of each number one is kept, that of the newest part. Source: FORMATS.md section 3.2.
insert into entries
with

crowded as (
    select
        thread_id,
        sent_at_ms
    from staged_messages
    group by thread_id, sent_at_ms
    having count(*) > 1
),

together as (
    select
        staged_messages.*,
        case when kind = 'unsent' then 1 else 0 end as is_gone
    from staged_messages
    inner join crowded
        on crowded.thread_id = staged_messages.thread_id and crowded.sent_at_ms = staged_messages.sent_at_ms
),

numbered as (
    select
        *,
        row_number() over (
            partition by thread_id, sent_at_ms, participant_id, body, share_url, media, is_gone, file_no
            order by ordinal, staged_no
        ) as repeat_no
    from together
),

ranked as (
    select
        *,
        row_number() over (
            partition by thread_id, sent_at_ms, participant_id, body, share_url, media, is_gone, repeat_no
            order by ordinal desc, staged_no
        ) as copy_no
    from numbered
)

select
    staged_no,
    repeat_no
from ranked
where copy_no = 1
union all
-- Nearly all stand alone at their time.
select
    staged_messages.staged_no,
    1 as repeat_no
from staged_messages
left join crowded
    on crowded.thread_id = staged_messages.thread_id and crowded.sent_at_ms = staged_messages.sent_at_ms
where crowded.thread_id is null

-- Entries that stand in several files of a download count once: equal entries of one instant are numbered within each
-- file, and of each number one is kept, that of the newest part. Source: FORMATS.md section 3.2.
-- Params: none
insert into entries
with

numbered as (
    select
        *,
        case when kind = 'unsent' then 1 else 0 end as is_gone,
        row_number() over (
            partition by
                thread_id, sent_at_ms, participant_id, body, share_url, media,
                case when kind = 'unsent' then 1 else 0 end,
                file_no
            order by ordinal, staged_no
        ) as repeat_no
    from staged_messages
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

-- Entries that equal a stored message but have another sender: a deleted account (a download calls all of a thread the
-- same), or one of two people of one name who was renamed. What nobody typed or showed needs more proof than its words;
-- so does what may stand in two parts that cut an instant.
-- Source: FORMATS.md sections 3.3 and 4.2, rule 2.
insert into matched_entries
with

staged_left as (
    select
        staged_messages.*,
        case when staged_messages.kind = 'unsent' then 1 else 0 end as is_gone,
        row_number() over (
            partition by
                staged_messages.thread_id, staged_messages.sent_at_ms, staged_messages.body,
                staged_messages.share_url, staged_messages.media,
                case when staged_messages.kind = 'unsent' then 1 else 0 end
            order by staged_messages.ordinal, staged_messages.staged_no
        ) as place_no
    from entries
    inner join staged_messages on staged_messages.staged_no = entries.staged_no
    left join matched_entries on matched_entries.staged_no = entries.staged_no
    where matched_entries.staged_no is null
),

stored_left as (
    select
        stored_messages.*,
        case when stored_messages.kind = 'unsent' then 1 else 0 end as is_gone,
        row_number() over (
            partition by
                stored_messages.thread_id, stored_messages.sent_at_ms, stored_messages.body,
                stored_messages.share_url, stored_messages.media,
                case when stored_messages.kind = 'unsent' then 1 else 0 end
            order by stored_messages.ordinal, stored_messages.message_id
        ) as place_no
    from stored_messages
    left join matched_entries
        on matched_entries.thread_id = stored_messages.thread_id
        and matched_entries.message_id = stored_messages.message_id
    where matched_entries.message_id is null
)

select
    staged_left.staged_no,
    stored_left.bucket,
    stored_left.thread_id,
    stored_left.message_id,
    stored_left.is_newer,
    case when stored_left.kind = 'text' and staged_left.kind = 'system' then 'recognise' else 'same' end as effect
from staged_left
inner join stored_left
    on stored_left.thread_id = staged_left.thread_id
    and stored_left.sent_at_ms = staged_left.sent_at_ms
    and coalesce(stored_left.body, '') = coalesce(staged_left.body, '')
    and coalesce(stored_left.share_url, '') = coalesce(staged_left.share_url, '')
    and stored_left.media = staged_left.media
    and stored_left.is_gone = staged_left.is_gone
    and stored_left.place_no = staged_left.place_no
where (staged_left.person_key = 0 and stored_left.person_key = 0)
    or (staged_left.kind in ('text', 'share', 'media') and not stored_left.may_be_cut)

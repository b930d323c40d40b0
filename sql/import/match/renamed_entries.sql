-- Entries that equal a stored message but have another sender: a deleted account (a download calls all of a thread the
-- same), or one of two people of one name who was renamed. What nobody typed or showed needs more proof than its words;
-- so does what may stand in two parts that cut an instant.
-- Source: FORMATS.md sections 3.3 and 4.2, rule 2.
insert into matched_entries (staged_no, thread_id, message_id, is_newer, effect)
with numbered as (
    select *, row_number() over (
        partition by is_staged, thread_id, sent_at_ms, said_key, is_gone order by ordinal, entry_no
    ) as place_no
    from unmatched
)

select
    staged.entry_no, thread_id, stored.entry_no, stored.is_newer,
    case when stored.kind = 'text' and staged.kind = 'system' then 'recognise' else 'same' end as effect
from numbered as staged
inner join numbered as stored using (thread_id, sent_at_ms, said_key, is_gone, place_no)
where staged.is_staged and not stored.is_staged
    and (
        (staged.person_no = 0 and stored.person_no = 0)
        or (staged.kind in ('text', 'share', 'media') and not stored.may_be_cut)
    )

-- What one person is left with at one instant, on both sides alike, are the same messages, changed between the
-- downloads: edited, removed, stripped of their media, or a sentence in another language. The column effect says what
-- becomes of each; an unsent message stays unsent (keep), whatever an older download has. Source: FORMATS.md section
-- 4.2, rules 3 and 4. Words in which bytes were lost (U+FFFD) give way to the same words whole, whichever came first.
-- Where an instant may be cut between two parts of one thread, the messages are not the same; nothing is paired there but
-- calls: nobody makes two at once.
-- A sentence in a language that no list has, and which its reader did not know (where the sender's name is one word, that
-- proves nothing alone), is known by the sentence in another that stood in its place, or, beside what is shared or attached,
-- by the sender's name at its beginning.
insert into matched_entries (staged_no, thread_id, message_id, is_newer, effect)
with numbered as (
    select
        *,
        position('�' in body) > 0 as has_lost_bytes,
        -- The body as a pattern (chr(37) is the percent sign): anything may stand where bytes were lost.
        replace(replace(replace(replace(body, '!', '!!'), chr(37), '!' || chr(37)), '_', '!_'), '�', chr(37)) as form,
        row_number() over (
            partition by is_staged, thread_id, sent_at_ms, person_no order by ordinal, entry_no
        ) as place_no,
        count(*) over (partition by is_staged, thread_id, sent_at_ms, person_no) as left_count
    from unmatched
)

select
    staged.entry_no, thread_id, stored.entry_no, stored.is_newer,
    case
        when stored.has_lost_bytes and staged.body like stored.form escape '!' then 'fill'
        when staged.has_lost_bytes and stored.body like staged.form escape '!' then 'keep'
        when stored.is_gone then case when staged.kind = 'text' then 'remember' else 'keep' end
        when staged.is_gone then 'unsend'
        when stored.kind = 'text' and (staged.kind = 'system' or staged.is_sentence) then 'recognise'
        when staged.names_sender and (stored.kind = 'share' or (stored.body is null and stored.has_media)) then 'keep'
        when stored.kind = 'system' and staged.kind = 'text' then 'keep'
        when staged.body is null and stored.body is not null then 'keep'
        when stored.body is null and staged.body is not null then 'fill'
        when stored.is_newer then 'replace'
        when staged.kind = 'text' then 'remember'
        else 'keep'
    end as effect
from numbered as staged
inner join numbered as stored using (thread_id, sent_at_ms, person_no, place_no, left_count)
where staged.is_staged and not stored.is_staged
    and (not stored.may_be_cut or (stored.kind = 'call' and staged.kind = 'call'))

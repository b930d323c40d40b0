-- What one person is left with at one instant, on both sides alike, are the same messages, changed between the
-- downloads: edited, removed, stripped of their media, or a sentence in another language. The column effect says what
-- becomes of each; an unsent message stays unsent (keep), whatever an older download has. Source: FORMATS.md section
-- 4.2, rules 3 and 4. Words in which bytes were lost (U+FFFD) give way to the same words whole, whichever came first.
-- Where an instant may be cut between two parts of one thread, the messages are not the same; nothing is paired there but
-- calls: nobody makes two at once.
-- A sentence in a language that no list has, and which its reader did not know (where the sender's name is one word, that
-- proves nothing alone), is known by the sentence in another that stood in its place, or, beside what is shared or attached,
-- by the sender's name at its beginning.
insert into matched_entries
with

staged_left as (
    select
        staged_messages.*,
        position('�' in staged_messages.body) > 0 as has_lost_bytes,
        -- The body as a pattern (chr(37) is the percent sign): anything may stand where bytes were lost.
        replace(
            replace(replace(replace(staged_messages.body, '!', '!!'), chr(37), '!' || chr(37)), '_', '!_'), '�', chr(37)
        ) as form,
        row_number() over (
            partition by
                staged_messages.thread_id, staged_messages.sent_at_ms,
                coalesce(staged_messages.person_key, staged_messages.participant_id)
            order by staged_messages.ordinal, staged_messages.staged_no
        ) as place_no,
        count(*) over (
            partition by
                staged_messages.thread_id, staged_messages.sent_at_ms,
                coalesce(staged_messages.person_key, staged_messages.participant_id)
        ) as left_count
    from entries
    inner join staged_messages on staged_messages.staged_no = entries.staged_no
    left join matched_entries on matched_entries.staged_no = entries.staged_no
    where matched_entries.staged_no is null
),

stored_left as (
    select
        stored_messages.*,
        position('�' in stored_messages.body) > 0 as has_lost_bytes,
        -- The body as a pattern (chr(37) is the percent sign): anything may stand where bytes were lost.
        replace(
            replace(replace(replace(stored_messages.body, '!', '!!'), chr(37), '!' || chr(37)), '_', '!_'), '�', chr(37)
        ) as form,
        row_number() over (
            partition by
                stored_messages.thread_id, stored_messages.sent_at_ms,
                coalesce(stored_messages.person_key, stored_messages.participant_id)
            order by stored_messages.ordinal, stored_messages.message_id
        ) as place_no,
        count(*) over (
            partition by
                stored_messages.thread_id, stored_messages.sent_at_ms,
                coalesce(stored_messages.person_key, stored_messages.participant_id)
        ) as left_count
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
    case
        when stored_left.has_lost_bytes and staged_left.body like stored_left.form escape '!' then 'fill'
        when staged_left.has_lost_bytes and stored_left.body like staged_left.form escape '!' then 'keep'
        when stored_left.kind = 'unsent' and staged_left.kind = 'text' then 'remember'
        when stored_left.kind = 'unsent' then 'keep'
        when staged_left.kind = 'unsent' then 'unsend'
        when staged_left.kind = 'system' and stored_left.kind = 'text' then 'recognise'
        when staged_left.is_sentence and stored_left.kind = 'text' then 'recognise'
        when staged_left.names_sender and stored_left.body is null and stored_left.media <> '' then 'keep'
        when staged_left.names_sender and stored_left.kind = 'share' then 'keep'
        when stored_left.kind = 'system' and staged_left.kind = 'text' then 'keep'
        when staged_left.body is null and stored_left.body is not null then 'keep'
        when stored_left.body is null and staged_left.body is not null then 'fill'
        when stored_left.is_newer then 'replace'
        when staged_left.kind = 'text' then 'remember'
        else 'keep'
    end as effect
from staged_left
inner join stored_left
    on stored_left.thread_id = staged_left.thread_id
    and stored_left.sent_at_ms = staged_left.sent_at_ms
    and coalesce(stored_left.person_key, stored_left.participant_id)
    = coalesce(staged_left.person_key, staged_left.participant_id)
    and stored_left.place_no = staged_left.place_no
    and stored_left.left_count = staged_left.left_count
where not stored_left.may_be_cut
    or (stored_left.kind = 'call' and staged_left.kind = 'call')

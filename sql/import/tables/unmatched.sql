-- What is staged and what is stored, while no entry of the one is known to be a message of the other: the two sides of
-- every comparison. entry_no is a staged_no or a message_id; person_no the participant, or 0 for whoever is unnamed.
-- Grain: is_staged, thread_id, entry_no
create temporary view unmatched as
select sides.*, case when unnamed.participant_id is null then sides.participant_id else 0 end as person_no
from (
    select
        true as is_staged, staged_no as entry_no, staged.thread_id, participant_id, sent_at_ms, ordinal, kind, body,
        said_key, is_gone, is_sentence, names_sender, false as has_media, false as is_newer, false as may_be_cut
    from entries
    inner join staged_messages as staged using (staged_no)
    left join matched_entries as matched using (staged_no)
    where matched.thread_id is null
    union all
    select
        false as is_staged, message_id as entry_no, thread_id, participant_id, sent_at_ms, ordinal, kind, body,
        said_key, is_gone, false as is_sentence, false as names_sender, has_media, stored.is_newer, may_be_cut
    from stored_messages as stored
    left join matched_entries as matched using (thread_id, message_id)
    where matched.staged_no is null
) as sides
left join unnamed using (is_staged, thread_id, participant_id)

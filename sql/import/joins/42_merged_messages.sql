-- Params: old_id, new_id
update merged_messages
set
    thread_id = :new_id,
    message_id = matched_entries.message_id
from matched_entries
inner join joined_messages on joined_messages.staged_no = matched_entries.staged_no
where merged_messages.thread_id = :old_id
    and merged_messages.message_id = joined_messages.message_id
    and not exists (
        select 1
        from merged_messages as others
        where others.thread_id = :new_id
            and others.message_id = matched_entries.message_id
            and others.old_participant_id = merged_messages.old_participant_id
    )

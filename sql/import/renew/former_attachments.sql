-- Files of a known message give way to those of a download that holds them, or of a newer one where neither does.
delete from attachments
where exists (
    select 1
    from matched_entries
    inner join staged_attachments on staged_attachments.staged_no = matched_entries.staged_no
    where matched_entries.thread_id = attachments.thread_id
        and matched_entries.message_id = attachments.message_id
        and staged_attachments.attachment_no = attachments.attachment_no
        and (
            (matched_entries.is_newer and (staged_attachments.status = 'present' or attachments.status <> 'present'))
            or (staged_attachments.status = 'present' and attachments.status <> 'present')
        )
)

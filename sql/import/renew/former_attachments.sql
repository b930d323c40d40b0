-- Files of a known message give way to those of a download that holds them, or of a newer one where neither does.
delete from attachments
where exists (
        select 1
        from matched_entries as matched
        inner join staged_attachments as staged using (staged_no)
        where matched.thread_id = attachments.thread_id
            and matched.message_id = attachments.message_id
            and staged.attachment_no = attachments.attachment_no
            and (staged.status = 'present' or (matched.is_newer and attachments.status <> 'present'))
            and (matched.is_newer or attachments.status <> 'present')
    )

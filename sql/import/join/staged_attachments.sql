-- The files of these messages.
-- Params: old_id
insert into staged_attachments (staged_no, attachment_no, kind, uri, status)
select message_id, attachment_no, kind, uri, status from attachments where thread_id = :old_id

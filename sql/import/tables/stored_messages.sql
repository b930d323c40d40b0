-- The store's messages of the batch's threads, as far as the batch reaches, with what the batch may do to each:
-- is_newer tells whether the batch's download is at least as new as the newest one that held the message, is_as_old
-- whether it is no newer either; may_be_cut whether the batch's part of the thread and the store's meet at the message's
-- time, which may be an instant that is cut between two parts. said_key and is_gone are as in entries.
-- Grain: thread_id, message_id
create temporary table stored_messages (
    thread_id bigint not null, message_id bigint not null, participant_id bigint not null,
    sent_at_ms bigint not null, ordinal bigint not null, kind varchar not null, body varchar,
    said_key varchar not null, is_gone boolean not null, has_media boolean not null, first_import_id bigint not null,
    is_newer boolean not null, is_as_old boolean not null, may_be_cut boolean not null
)

-- Entries of the files of one batch, as read; one entry may stand in several files. is_sentence: beside a share or a file
-- stood a sentence that nobody typed; names_sender: the body begins with the sender's name. Of a thread that proves to be
-- another one, staged_no is the message's id.
-- Grain: staged_no
create temporary table staged_messages (
    staged_no bigint not null, file_no bigint not null, thread_id bigint not null, bucket bigint not null,
    participant_id bigint not null, sent_at_ms bigint not null, sent_at timestamp, ordinal bigint not null,
    kind varchar not null, body varchar, share_url varchar, share_text varchar, media varchar not null,
    call_seconds bigint, is_unsent boolean not null, is_taken_down boolean not null, is_sentence boolean not null,
    names_sender boolean not null
)

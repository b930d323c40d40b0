-- Texts that contain names of their chat, each with the names cut out: {sender} where it begins with the sender's,
-- {name} for others. Texts are equal but for names where their templates are equal. Source: FORMATS.md section 3.4.
-- Grain: thread_id, message_id
create temporary table message_templates (
    owner_id bigint not null,
    bucket bigint not null,
    thread_id bigint not null,
    message_id bigint not null,
    participant_id bigint not null,
    kind varchar not null,
    template varchar not null
)

-- Files named by staged entries.
-- Grain: staged_no, attachment_no
create temporary table staged_attachments (
    staged_no bigint not null, attachment_no bigint not null, kind varchar not null, uri varchar not null,
    status varchar not null
)

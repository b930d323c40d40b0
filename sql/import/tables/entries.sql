-- Staged entries, each once however many files repeat it. What an entry says is said_key and is_gone: with the person
-- and the time they make it equal to another one, or to a stored message.
-- Grain: staged_no
create temporary table entries (
    staged_no bigint not null, repeat_no bigint not null, said_key varchar not null, is_gone boolean not null
)

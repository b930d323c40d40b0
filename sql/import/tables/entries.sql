-- Staged entries, each once however many files repeat it.
-- Grain: staged_no
create temporary table entries (staged_no bigint not null, repeat_no bigint not null)

-- Reactions to staged entries.
-- Grain: staged_no, participant_id, emoji
create temporary table staged_reactions (
    staged_no bigint not null, participant_id bigint not null, emoji varchar not null, reacted_at_ms bigint
)

-- Counts of names that may have changed; they are counted again before the next export.
delete from participant_tokens
where exists (select 1 from staged_names where staged_names.participant_id = participant_tokens.participant_id)

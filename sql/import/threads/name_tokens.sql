-- Counts of names that may have changed; they are counted again before the next export.
delete from participant_tokens where participant_id in (select staged_names.participant_id from staged_names)

-- Datasets with an option that no recipe may have.
-- Grain: dataset_id
select
    dataset_id,
    name
from datasets
where mode not in ('exchange', 'sliding')
    or gap_minutes < 0
    or max_turns < 2
    or mod(max_turns, 2) <> 0
    or context_exchanges not between 0 and 2
    or min_assistant_chars < 0
    or min_words < 0
    or mode = 'sliding' and (has_placeholders or has_name_field or min_words > 0 or language is not null)
    or mode = 'sliding' and (skip_links or skip_stickers or skip_duplicates)
    or validation_permille not between 0 and 1000
    or chunk_size not between 1 and 1000
    or chunk_overlap < 0
    or chunk_overlap >= chunk_size

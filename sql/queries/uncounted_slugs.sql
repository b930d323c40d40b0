-- Slugs that were not counted yet.
-- Grain: slug
-- Params: tokenizer
select distinct
    participant_slugs.slug,
    participant_slugs.slug as text
from participant_slugs
left join slug_tokens
    on slug_tokens.slug = participant_slugs.slug
    and slug_tokens.tokenizer = :tokenizer
where slug_tokens.slug is null
    and participant_slugs.is_current

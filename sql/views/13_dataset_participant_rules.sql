-- What each dataset makes of each participant: the role, whether it takes their messages (reason is null), what stands
-- before them where names are shown, and what stands in the field for names (slug). Tokens that were not counted are
-- guessed high, as UTF-8 bytes.
-- Grain: dataset_id, participant_id
create or replace view dataset_participant_rules as
with

listed as (
    -- "No" wins over "yes".
    select
        dataset_id,
        participant_id,
        bool_and(is_included) as is_included
    from dataset_participants
    group by dataset_id, participant_id
),

choosy as (
    select distinct dataset_id
    from dataset_participants
    where is_included
),

cast_of_persona as (
    select distinct
        persona_id,
        participant_id
    from persona_participants
)

select
    datasets.dataset_id,
    participants.participant_id,
    case when cast_of_persona.participant_id is null then 'user' else 'assistant' end as role,
    case when participants.display_name = '' then 'Unknown' else participants.display_name end || ': ' as prefix,
    case
        when participants.display_name = '' then 7
        else coalesce(participant_tokens.token_count, 4 * length(participants.display_name))
    end + 2 as prefix_tokens,
    coalesce(participant_slugs.slug, 'person_' || cast(participants.participant_id as varchar)) as slug,
    -- The field costs 1. A slug is ASCII; one that is not made yet has at most 7 letters and 19 digits.
    coalesce(slug_tokens.token_count, length(participant_slugs.slug), 26) + 1 as slug_tokens,
    case
        when cast_of_persona.participant_id is not null then null
        when not listed.is_included then 'person_filter'
        when listed.is_included is null and choosy.dataset_id is not null then 'person_filter'
    end as reason
from datasets
cross join participants
left join cast_of_persona
    on cast_of_persona.persona_id = datasets.persona_id
    and cast_of_persona.participant_id = participants.participant_id
left join participant_tokens
    on participant_tokens.participant_id = participants.participant_id
    and participant_tokens.tokenizer = datasets.tokenizer
left join participant_slugs
    on participant_slugs.participant_id = participants.participant_id
    and participant_slugs.made_from = participants.display_name
    and participant_slugs.is_current
left join slug_tokens
    on slug_tokens.slug = participant_slugs.slug
    and slug_tokens.tokenizer = datasets.tokenizer
left join listed
    on listed.dataset_id = datasets.dataset_id
    and listed.participant_id = participants.participant_id
left join choosy
    on choosy.dataset_id = datasets.dataset_id

-- What each dataset makes of each thread: whether it takes it (reason is null), its system message, and how many
-- tokens that leaves for turns. Tokens without a row in thread_tokens are guessed high: one for each UTF-8 byte.
-- Grain: dataset_id, thread_id
create or replace view dataset_thread_rules as
with

listed as (
    -- "No" wins over "yes".
    select
        dataset_id,
        thread_id,
        bool_and(is_included) as is_included
    from dataset_threads
    group by dataset_id, thread_id
),

choosy as (
    select distinct dataset_id
    from dataset_threads
    where is_included
),

prompted as (
    select
        datasets.dataset_id,
        threads.bucket,
        threads.thread_id,
        datasets.max_tokens,
        datasets.system_prompt_tokens,
        datasets.mode = 'exchange' and datasets.has_speaker_names and threads.kind = 'group' as has_speaker_names,
        datasets.mode = 'exchange' and datasets.has_name_field and threads.kind = 'group' as has_name_field,
        -- Braces inside a name or title are hidden behind chr(1), which no text holds: they are not placeholders.
        replace(
            replace(datasets.system_prompt, '{persona}', replace(personas.name, '{', chr(1))),
            '{title}',
            replace(threads.title, '{', chr(1))
        ) as system_prompt,
        coalesce(thread_tokens.token_count, 4 * length(threads.title)) as title_tokens,
        -- How often a placeholder occurs: what vanishes with it, over its length.
        cast(
            (length(datasets.system_prompt) - length(replace(datasets.system_prompt, '{title}', ''))) / 7 as bigint
        ) as title_count,
        cast(
            (length(datasets.system_prompt) - length(replace(datasets.system_prompt, '{date}', ''))) / 6 as bigint
        ) as date_count,
        case
            when threads.kind = 'self' then 'thread_kind'
            when threads.kind = 'direct' and not datasets.has_direct then 'thread_kind'
            when threads.kind = 'group' and not datasets.has_group then 'thread_kind'
            when not listed.is_included then 'thread_filter'
            when listed.is_included is null and choosy.dataset_id is not null then 'thread_filter'
        end as reason
    from datasets
    cross join threads
    join personas
        on personas.persona_id = datasets.persona_id
    left join thread_tokens
        on thread_tokens.bucket = threads.bucket
        and thread_tokens.thread_id = threads.thread_id
        and thread_tokens.tokenizer = datasets.tokenizer
    left join listed
        on listed.dataset_id = datasets.dataset_id
        and listed.thread_id = threads.thread_id
    left join choosy
        on choosy.dataset_id = datasets.dataset_id
),

priced as (
    select
        *,
        -- 4 frame a message; 2 are spare around a title and a date, of which 10 characters have 10 tokens at most.
        case
            when system_prompt <> '' then
                system_prompt_tokens + 4 + title_count * (title_tokens + 2) + date_count * 12
            else 0
        end as system_tokens
    from prompted
)

select
    dataset_id,
    bucket,
    thread_id,
    has_speaker_names,
    has_name_field,
    case when system_prompt <> '' then system_prompt end as system_prompt,
    case when system_prompt <> '' then 1 else 0 end as system_turn_count,
    system_tokens,
    max_tokens - 3 - system_tokens as capacity_tokens,
    reason
from priced

-- The message objects of each example in order: the system message, if the dataset has one, then user and assistant
-- turns. weight says whether an assistant turn is trained (1) or only read (0); it is null for the others. speaker_slug
-- stands for a user turn's one speaker, where the dataset has a field for names.
-- token_count holds 4 for the frame of each. spoken_no counts the turns of an example without the system
-- message, where it and all message ids are null; message_ids lists those of the turn, each after a blank.
-- mode is that of the dataset: who asks for one spares the engine the views of the other.
-- Grain: dataset_id, thread_id, example_no (from 1 in the thread), turn_no (from 1)
create or replace view dataset_example_turns as
with

sides as (
    select 'user' as side
    union all select 'assistant'
),

spoken as (
    -- What people said, from 1 in the example.
    select
        dataset_id,
        'exchange' as mode,
        bucket,
        thread_id,
        example_no,
        case side when 'user' then place_no * 2 - 1 else place_no * 2 end as spoken_no,
        case side when 'assistant' then is_last else 0 end as is_last,
        side as role,
        case side when 'user' then prompt else reply end as content,
        case side when 'user' then prompt_slug end as speaker_slug,
        case side when 'assistant' then is_trained end as weight,
        case side when 'user' then prompt_tokens else reply_tokens end as token_count,
        began_on,
        split,
        first_message_id,
        last_message_id,
        case side when 'user' then prompt_message_ids else reply_message_ids end as message_ids
    from dataset_example_exchanges
    cross join sides
    union all
    select
        dataset_sliding_turns.dataset_id,
        'sliding' as mode,
        bucket,
        thread_id,
        first_example_no + shift as example_no,
        turn_no - (first_example_no + shift - 1) * dataset_shifts.step as spoken_no,
        case
            when turn_no = (first_example_no + shift - 1) * dataset_shifts.step + dataset_shifts.chunk_size then 1
            else 0
        end as is_last,
        role,
        content,
        cast(null as varchar) as speaker_slug,
        case role when 'assistant' then 1 end as weight,
        token_count,
        began_on,
        split,
        first_message_id,
        last_message_id,
        message_ids
    from dataset_sliding_turns
    join dataset_shifts
        on dataset_shifts.dataset_id = dataset_sliding_turns.dataset_id
        and dataset_shifts.shift <= dataset_sliding_turns.last_example_no - dataset_sliding_turns.first_example_no
),

kinds as (
    select 0 as is_system
    union all select 1
),

told as (
    -- The first turn of an example brings its system message along.
    select
        spoken.*,
        is_system,
        dataset_thread_rules.system_prompt,
        dataset_thread_rules.system_tokens,
        dataset_thread_rules.system_turn_count
    from spoken
    cross join kinds
    join dataset_thread_rules
        on dataset_thread_rules.dataset_id = spoken.dataset_id
        and dataset_thread_rules.bucket = spoken.bucket
        and dataset_thread_rules.thread_id = spoken.thread_id
    where is_system = 0
        or spoken_no = 1 and dataset_thread_rules.system_turn_count = 1
)

select
    dataset_id,
    mode,
    bucket,
    thread_id,
    example_no,
    case is_system when 1 then 1 else spoken_no + system_turn_count end as turn_no,
    case is_system when 1 then 'system' else role end as role,
    case is_system
        -- chr(1) stands for the braces of names and titles: see dataset_thread_rules.
        when 1 then replace(replace(system_prompt, '{date}', began_on), chr(1), '{')
        else content
    end as content,
    case is_system when 0 then speaker_slug end as speaker_slug,
    case is_system when 0 then weight end as weight,
    case is_system when 1 then system_tokens else token_count end as token_count,
    split,
    case is_system when 0 then first_message_id end as first_message_id,
    case is_system when 0 then last_message_id end as last_message_id,
    case is_system when 0 then message_ids end as message_ids,
    case is_system when 0 then spoken_no end as spoken_no,
    case is_system when 0 then is_last else 0 end as is_last
from told

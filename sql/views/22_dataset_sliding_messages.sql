-- The messages of sliding datasets: what each adds to its turn, and the windows (examples) that its turn stands in,
-- from first_example_no to last_example_no, or why it stands in none (reason).
-- Window n begins at turn (n - 1) * (chunk_size - chunk_overlap) + 1 of the thread and is chunk_size turns long.
-- Grain: dataset_id, thread_id, message_id
-- Order: sent_at_ms, ordinal within a thread
create or replace view dataset_sliding_messages as
with

kept as (
    select
        dataset_kept_messages.*,
        datasets.chunk_size,
        datasets.chunk_size - datasets.chunk_overlap as step,
        trim(both chr(9) || chr(10) || chr(13) || ' ' from content) as stripped
    from dataset_kept_messages
    join datasets
        on datasets.dataset_id = dataset_kept_messages.dataset_id
    where dataset_kept_messages.mode = 'sliding'
),

placed as (
    select
        *,
        row_number() over (
            partition by dataset_id, mode, bucket, thread_id, turn_no order by sent_at_ms, ordinal
        ) as place_no,
        count(*) over (
            partition by dataset_id, mode, bucket, thread_id, turn_no
        ) as place_count,
        lead(stripped) over (
            partition by dataset_id, mode, bucket, thread_id, turn_no order by sent_at_ms, ordinal
        ) as next_stripped,
        max(turn_no) over (
            partition by dataset_id, mode, bucket, thread_id
        ) as turn_count,
        max(case when role = 'assistant' then 1 else 0 end) over (
            partition by dataset_id, mode, bucket, thread_id
        ) as has_assistant
    from kept
),

counted as (
    select
        *,
        case
            when has_assistant = 0 or turn_count < chunk_size then 0
            else cast(floor((turn_count - chunk_size) * 1.0 / step) as bigint) + 1
        end as window_count
    from placed
),

windowed as (
    select
        *,
        greatest(cast(ceil((turn_no - chunk_size) * 1.0 / step) as bigint) + 1, 1) as first_example_no,
        least(cast(floor((turn_no - 1) * 1.0 / step) as bigint) + 1, window_count) as last_example_no
    from counted
)

select
    dataset_id,
    bucket,
    thread_id,
    message_id,
    sent_at_ms,
    ordinal,
    role,
    token_count,
    system_turn_count,
    turn_no,
    place_no,
    place_count,
    began_on,
    split,
    -- Joined by blank lines. Merging strips after each message: blank ones vanish with their blank line, the first
    -- one keeps its trailing blanks unless a blank one follows, and a turn of one message stays as it is.
    case
        when place_count = 1 then content
        when place_no = 1 and next_stripped <> '' then content
        when stripped = '' then ''
        when place_no = 1 then trim(trailing chr(9) || chr(10) || chr(13) || ' ' from content)
        else chr(10) || chr(10) || trim(trailing chr(9) || chr(10) || chr(13) || ' ' from content)
    end as piece,
    first_example_no,
    last_example_no,
    case
        when has_assistant = 0 then 'no_reply'
        when turn_count < chunk_size then 'thread_too_short'
        when last_example_no < first_example_no then 'tail'
    end as reason
from windowed

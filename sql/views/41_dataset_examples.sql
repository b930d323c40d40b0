-- The examples of a dataset: each is one line of an export. messages is the JSON text of the line's list of message
-- objects; token_count is meant to be too high rather than too low. trained_message_ids and other_message_ids list
-- the messages of dataset_example_messages, each after a blank: who writes a line knows at once what stands on it.
-- Grain: dataset_id, thread_id, example_no (from 1 in the thread)
create or replace view dataset_examples as
with

escaped as (
    select
        *,
        -- The backslash first, or those that the other steps add would double.
        replace(replace(replace(replace(replace(
            content,
            chr(92), chr(92) || chr(92)),
            '"', chr(92) || '"'),
            chr(10), chr(92) || 'n'),
            chr(13), chr(92) || 'r'),
            chr(9), chr(92) || 't') as json_content
    from dataset_example_turns
),

objects as (
    select
        *,
        chr(123) || '"role":"' || role || '","content":"' || json_content || '"'
            -- A slug needs no escaping.
            || case when speaker_slug is null then '' else ',"name":"' || speaker_slug || '"' end
            || case when weight = 0 then ',"weight":0' else '' end || chr(125) as json_object
    from escaped
)

select
    dataset_id,
    mode,
    bucket,
    thread_id,
    example_no,
    min(split) as split,
    count(*) as turn_count,
    -- 3 frame the answer that a line asks for.
    cast(sum(token_count) as bigint) + 3 as token_count,
    cast(sum(case when weight = 1 then token_count else 0 end) as bigint) as trained_token_count,
    max(case when spoken_no = 1 then first_message_id end) as first_message_id,
    max(case when is_last = 1 then last_message_id end) as last_message_id,
    string_agg(case when weight = 1 then message_ids end, '' order by turn_no) as trained_message_ids,
    string_agg(case when weight = 1 then null else message_ids end, '' order by turn_no) as other_message_ids,
    '[' || string_agg(json_object, ',' order by turn_no) || ']' as messages
from objects
group by dataset_id, mode, bucket, thread_id, example_no

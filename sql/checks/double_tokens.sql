-- Texts counted more than once by one tokenizer, or with two languages: such a message would stand twice in its example.
-- Grain: counted_table, left_id, right_id, tokenizer
select
    counted_table,
    left_id,
    right_id,
    tokenizer,
    count(*) as row_count
from (
    select 'message_tokens' as counted_table, thread_id as left_id, message_id as right_id, tokenizer
    from message_tokens
    union all
    select 'participant_tokens' as counted_table, participant_id as left_id, 0 as right_id, tokenizer
    from participant_tokens
    union all
    select 'thread_tokens' as counted_table, thread_id as left_id, 0 as right_id, tokenizer
    from thread_tokens
    union all
    select 'slug_tokens' as counted_table, 0 as left_id, 0 as right_id, slug || ' ' || tokenizer as tokenizer
    from slug_tokens
    union all
    select 'message_languages' as counted_table, thread_id as left_id, message_id as right_id, '' as tokenizer
    from message_languages
) as counted
group by counted_table, left_id, right_id, tokenizer
having count(*) > 1

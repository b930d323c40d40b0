-- Every text message of the store as each dataset sees it: the role of its sender, its words as a line shows them,
-- what they cost, and the filter that leaves it out (reason; null means kept).
-- Grain: dataset_id, thread_id, message_id
-- Order: sent_at_ms, ordinal within a thread
create or replace view dataset_messages as
select
    datasets.dataset_id,
    datasets.mode,
    text_messages.bucket,
    text_messages.thread_id,
    text_messages.message_id,
    text_messages.participant_id,
    text_messages.sent_at_ms,
    text_messages.ordinal,
    dataset_participant_rules.role,
    case
        when dataset_participant_rules.role = 'user' and dataset_thread_rules.has_speaker_names
            then dataset_participant_rules.prefix || text_messages.body
        else text_messages.body
    end as content,
    -- 2 for the joiner. A body not counted yet is guessed high: a token for each UTF-8 byte, 4 to a character.
    coalesce(message_tokens.token_count, 4 * length(text_messages.body)) + 2
        + case
            when dataset_participant_rules.role = 'user' and dataset_thread_rules.has_speaker_names
                then dataset_participant_rules.prefix_tokens
            else 0
        end as token_count,
    dataset_thread_rules.capacity_tokens,
    dataset_thread_rules.system_turn_count,
    case
        when dataset_thread_rules.reason is not null then dataset_thread_rules.reason
        when text_messages.sent_at_ms < datasets.since_ms then 'date_filter'
        when text_messages.sent_at_ms >= datasets.until_ms then 'date_filter'
        else dataset_participant_rules.reason
    end as reason
from datasets
cross join text_messages
join dataset_thread_rules
    on dataset_thread_rules.dataset_id = datasets.dataset_id
    and dataset_thread_rules.bucket = text_messages.bucket
    and dataset_thread_rules.thread_id = text_messages.thread_id
join dataset_participant_rules
    on dataset_participant_rules.dataset_id = datasets.dataset_id
    and dataset_participant_rules.participant_id = text_messages.participant_id
left join message_tokens
    on message_tokens.bucket = text_messages.bucket
    and message_tokens.thread_id = text_messages.thread_id
    and message_tokens.message_id = text_messages.message_id
    and message_tokens.tokenizer = datasets.tokenizer

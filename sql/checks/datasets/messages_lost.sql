-- Text messages (with has_placeholders also media of others) that do not stand exactly once in one of the two: the
-- examples of a dataset (however many) or what it dropped, with one reason. Also other messages that stand there.
-- Grain: dataset_id, thread_id, message_id
select
    dataset_id,
    thread_id,
    message_id
from (
    select datasets.dataset_id, thread_id, message_id, 1 as is_wanted, 0 as is_found
    from datasets
    cross join text_messages
    union all
    select datasets.dataset_id, thread_id, message_id, 1 as is_wanted, 0 as is_found
    from datasets
    cross join media_messages
    left join persona_participants
        on persona_participants.persona_id = datasets.persona_id
        and persona_participants.participant_id = media_messages.participant_id
    where datasets.has_placeholders
        and persona_participants.participant_id is null
    union all
    select distinct dataset_id, thread_id, message_id, 0 as is_wanted, 1 as is_found
    from dataset_example_messages
    union all
    select dataset_id, thread_id, message_id, 0 as is_wanted, 1 as is_found
    from dataset_dropped
) as wanted_and_found
group by dataset_id, thread_id, message_id
having sum(is_wanted) <> 1
    or sum(is_found) <> 1

-- Pairs that a table of links holds more than once: people of threads, accounts of personas, lists of datasets.
-- Grain: link_table, left_id, right_id
select
    link_table,
    left_id,
    right_id,
    count(*) as link_count
from (
    select 'thread_participants' as link_table, thread_id as left_id, participant_id as right_id
    from thread_participants
    union all
    select 'persona_participants' as link_table, persona_id as left_id, participant_id as right_id
    from persona_participants
    union all
    select 'dataset_threads' as link_table, dataset_id as left_id, thread_id as right_id
    from dataset_threads
    union all
    select 'dataset_participants' as link_table, dataset_id as left_id, participant_id as right_id
    from dataset_participants
) as links
group by link_table, left_id, right_id
having count(*) > 1

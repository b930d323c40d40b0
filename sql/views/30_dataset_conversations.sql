-- The conversations of a dataset: turns of a thread without a pause longer than gap_minutes (in sliding mode the
-- whole thread), and the split that all their examples go to.
-- Grain: dataset_id, thread_id, conversation_no (from 1 in time order)
create or replace view dataset_conversations as
select
    dataset_id,
    bucket,
    thread_id,
    conversation_no,
    min(split) as split,
    min(began_on) as began_on,
    max(turn_no) - min(turn_no) + 1 as turn_count,
    count(*) as message_count,
    min(sent_at_ms) as started_at_ms,
    max(sent_at_ms) as ended_at_ms
from dataset_kept_messages
group by dataset_id, mode, bucket, thread_id, conversation_no

-- How long each person took to answer. Answers after more than a day begin something new and do not count.
-- Grain: participant_id
create or replace view reply_times_by_person as
with

ranked as (
    select
        reply_times.*,
        row_number() over (
            partition by participant_id order by reply_ms, bucket, thread_id, turn_no
        ) as place_no,
        count(*) over (partition by participant_id) as place_count
    from reply_times
    where reply_ms <= 86400000
)

select
    participants.participant_id,
    participants.display_name,
    participants.is_self,
    count(*) as reply_count,
    -- Half of the answers took no longer than this.
    min(case when ranked.place_no * 2 >= ranked.place_count then ranked.reply_ms end) as median_reply_ms,
    cast(floor(avg(ranked.reply_ms)) as bigint) as mean_reply_ms
from ranked
join participants
    on participants.participant_id = ranked.participant_id
group by participants.participant_id, participants.display_name, participants.is_self

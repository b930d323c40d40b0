-- What stands in no other place, of the staged and of the stored, in seconds in which one side tells no more: the
-- downloads of early 2018 have whole seconds where every later one has milliseconds.
-- Source: FORMATS.md section 1, variant A0.
insert into unpaired_entries
with

-- Chats of which the one side or the other comes from such a download.
in_seconds as (
    select true as is_staged, thread_id from staged_threads where is_in_seconds
    union
    select false as is_staged, thread_id from thread_imports where coalesce(is_in_seconds, true)
),

counted as (
    select
        *,
        cast(floor(sent_at_ms / 1000.0) as bigint) as second_no,
        count(*) over (partition by thread_id, sent_at_ms) as entry_count,
        count(case when is_staged then 1 end) over (partition by thread_id, sent_at_ms) as staged_count
    from unmatched
    where thread_id in (select in_seconds.thread_id from in_seconds)
),

alone as (select * from counted where staged_count in (0, entry_count)),

-- The side that tells no more: both cannot, since then its whole second is on both.
coarse as (
    select distinct is_staged, thread_id, second_no
    from alone
    inner join in_seconds using (is_staged, thread_id)
    where mod(sent_at_ms, 1000) = 0
)

select alone.is_staged, entry_no, thread_id, participant_id, second_no, sent_at_ms, ordinal, kind, said_key
from alone
inner join coarse using (thread_id, second_no)
where alone.is_staged <> coarse.is_staged
    or mod(sent_at_ms, 1000) = 0

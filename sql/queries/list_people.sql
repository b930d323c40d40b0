-- Every person with the names they have had and how much they wrote.
-- Grain: participant_id
-- Order: the owner of the archives first, then those with most messages, then participant_id
with

message_counts as (
    select
        participant_id,
        count(*) as message_count,
        sum(case when kind = 'text' then 1 else 0 end) as text_count,
        max(sent_at) as last_at
    from messages
    group by participant_id
),

thread_counts as (
    select
        participant_id,
        count(*) as thread_count
    from thread_participants
    group by participant_id
),

other_names as (
    select distinct
        participant_names.participant_id,
        participant_names.name
    from participant_names
    join participants on participants.participant_id = participant_names.participant_id
    where participant_names.name <> participants.display_name
),

joined_names as (
    select
        participant_id,
        string_agg(name, ', ' order by name) as other_names
    from other_names
    group by participant_id
)

select
    participants.participant_id,
    participants.display_name,
    joined_names.other_names,
    participants.is_self,
    participants.is_anonymous,
    coalesce(thread_counts.thread_count, 0) as thread_count,
    coalesce(message_counts.message_count, 0) as message_count,
    cast(coalesce(message_counts.text_count, 0) as bigint) as text_count,
    message_counts.last_at,
    owners.label as owner
from participants
join owners on owners.owner_id = participants.owner_id
left join message_counts on message_counts.participant_id = participants.participant_id
left join thread_counts on thread_counts.participant_id = participants.participant_id
left join joined_names on joined_names.participant_id = participants.participant_id
order by participants.is_self desc, message_count desc, participants.participant_id

-- Templates that may be Messenger's: many chats have them, by several senders, and nobody decided yet; and those that
-- were decided, whatever their number. message_count: texts that a verdict would change, or has changed.
-- Grain: owner_id, template
-- Params: least_threads, least_senders
with

counted as (
    select
        message_templates.owner_id,
        message_templates.template,
        count(*) as message_count,
        count(distinct message_templates.thread_id) as thread_count,
        count(distinct message_templates.participant_id) as sender_count
    from message_templates
    left join sentence_templates
        on sentence_templates.owner_id = message_templates.owner_id
        and sentence_templates.template = message_templates.template
    where message_templates.kind = case when sentence_templates.verdict = 'accepted' then 'system' else 'text' end
    group by message_templates.owner_id, message_templates.template
)

select
    owners.label as owner,
    coalesce(counted.template, sentence_templates.template) as template,
    sentence_templates.verdict,
    sentence_templates.decided_at,
    coalesce(counted.message_count, 0) as message_count,
    coalesce(counted.thread_count, 0) as thread_count,
    coalesce(counted.sender_count, 0) as sender_count
from counted
full outer join sentence_templates
    on sentence_templates.owner_id = counted.owner_id and sentence_templates.template = counted.template
inner join owners on owners.owner_id = coalesce(counted.owner_id, sentence_templates.owner_id)
where sentence_templates.verdict is not null
    or (counted.thread_count >= :least_threads and counted.sender_count >= :least_senders)
order by
    case when sentence_templates.verdict is null then 0 else 1 end,
    message_count desc,
    template

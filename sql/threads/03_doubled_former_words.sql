-- Earlier words of a message that both threads hold become those of the other thread's.
-- Params: old_id, new_id
update message_edits
set message_id = doubles.new_message_id
from (
    with

    numbered as (
        select
            messages.thread_id,
            messages.message_id,
            messages.sent_at_ms,
            messages.kind,
            coalesce(messages.body, '') as body,
            coalesce(messages.share_url, '') as share_url,
            row_number() over (
                partition by
                    messages.thread_id, messages.sent_at_ms, messages.kind, messages.body, messages.share_url
                order by messages.ordinal, messages.message_id
            ) as repeat_no
        from messages
        where messages.thread_id in (:old_id, :new_id)
    )

    select
        olds.message_id as old_message_id,
        news.message_id as new_message_id
    from numbered as olds
    inner join numbered as news
        on news.sent_at_ms = olds.sent_at_ms
        and news.kind = olds.kind
        and news.body = olds.body
        and news.share_url = olds.share_url
        and news.repeat_no = olds.repeat_no
    where olds.thread_id = :old_id
        and news.thread_id = :new_id
) as doubles
where message_edits.thread_id = :old_id
    and message_edits.message_id = doubles.old_message_id

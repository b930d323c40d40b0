-- What a chat is called, and where it lies, is as in the newest download that spoke of either thread; once encrypted it
-- stays so, and what any import knew for Instagram's or for a group is that.
-- Params: old_id, new_id
update threads
set
    title = case when olds.is_newer then olds.title else threads.title end,
    source = case
        when 'instagram' in (olds.source, threads.source) then 'instagram'
        when olds.is_newer then olds.source
        else threads.source
    end,
    section = case
        when 'e2ee_cutover' in (coalesce(olds.section, ''), coalesce(threads.section, '')) then 'e2ee_cutover'
        when olds.is_newer then coalesce(olds.section, threads.section)
        else coalesce(threads.section, olds.section)
    end,
    is_still_participant = case
        when olds.is_newer then coalesce(olds.is_still_participant, threads.is_still_participant)
        else coalesce(threads.is_still_participant, olds.is_still_participant)
    end,
    kind = case
        when 'group' in (olds.kind, threads.kind) then 'group'
        when 'direct' in (olds.kind, threads.kind) then 'direct'
        else threads.kind
    end
from (
    select
        threads.title,
        threads.source,
        threads.section,
        threads.is_still_participant,
        threads.kind,
        (
            select thread_downloads.is_staged
            from thread_downloads
            order by thread_downloads.age_no desc, thread_downloads.import_id desc, thread_downloads.is_staged
            limit 1
        ) as is_newer
    from threads
    where threads.thread_id = :old_id
) as olds
where threads.thread_id = :new_id

-- What a chat is called, and where it lies, is as in the newest download that spoke of either thread; once encrypted it
-- stays so, and what any import knew for Instagram's or for a group is that.
-- Params: old_id, new_id
update threads
set
    title = newer.title,
    source = case when 'instagram' in (newer.source, older.source) then 'instagram' else newer.source end,
    section = case
        when 'e2ee_cutover' in (newer.section, older.section) then 'e2ee_cutover'
        else coalesce(newer.section, older.section)
    end,
    is_still_participant = coalesce(newer.is_still_participant, older.is_still_participant),
    kind = case
        when 'group' in (newer.kind, older.kind) then 'group'
        when 'direct' in (newer.kind, older.kind) then 'direct'
        else newer.kind
    end
from (
    select case when is_staged then :old_id else :new_id end as thread_id
    from thread_downloads
    order by age_no desc, import_id desc, is_staged
    limit 1
) as newest
inner join threads as newer on newer.thread_id = newest.thread_id
inner join threads as older on older.thread_id in (:old_id, :new_id) and older.thread_id <> newest.thread_id
where threads.thread_id = :new_id

-- A chat that any download shows as encrypted since is encrypted, also when one from before holds a newer message,
-- since a part of the other was damaged.
update threads
set section = 'e2ee_cutover'
where exists (
    select 1
    from staged_threads
    where staged_threads.thread_id = threads.thread_id
        and staged_threads.section = 'e2ee_cutover'
)

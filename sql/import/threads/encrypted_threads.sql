-- A chat that any download shows as encrypted since is encrypted, also when one from before holds a newer message,
-- since a part of the other was damaged.
update threads
set section = 'e2ee_cutover'
where thread_id in (select staged_threads.thread_id from staged_threads where staged_threads.section = 'e2ee_cutover')

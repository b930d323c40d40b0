-- Thread ids that occur more than once.
-- Grain: thread_id
select
    thread_id,
    count(*) as thread_count
from threads
group by thread_id
having count(*) > 1

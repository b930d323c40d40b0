-- The lines of an export on which messages stand that stand in another export too, trained or as context: how many,
-- and the first line there.
-- Grain: line_no
-- Params: sha256 (of the one file), other_sha256 (of the other)
-- Order: line_no
select
    here.line_no,
    min(there.line_no) as other_line_no,
    count(distinct here.message_id) as message_count
from export_messages as here
join export_messages as there
    on there.thread_id = here.thread_id
    and there.message_id = here.message_id
where here.export_id = (select max(exports.export_id) from exports where exports.sha256 = :sha256)
    and there.export_id = (select max(exports.export_id) from exports where exports.sha256 = :other_sha256)
group by here.line_no
order by here.line_no

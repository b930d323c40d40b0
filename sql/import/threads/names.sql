-- A person is called as in the newest download.
-- Params: newest_at_ms
update participants
set display_name = newest.name, named_at_ms = :newest_at_ms
from (select participant_id, max(name) as name from staged_names group by participant_id) as newest
where participants.participant_id = newest.participant_id
    and coalesce(named_at_ms, -4611686018427387904) <= :newest_at_ms

-- A person is called as in the newest download, by the account that others were merged into.
-- Params: newest_at_ms
update participants
set
    display_name = newest.name,
    named_at_ms = :newest_at_ms
from (
    select
        participant_id,
        max(name) as name
    from staged_names
    where not exists (
            select 1
            from merged_participants
            inner join merged_names
                on merged_names.old_participant_id = merged_participants.old_participant_id
            where merged_participants.participant_id = staged_names.participant_id
                and merged_names.name = staged_names.name
        )
    group by participant_id
) as newest
where participants.participant_id = newest.participant_id
    and coalesce(participants.named_at_ms, -4611686018427387904) <= :newest_at_ms

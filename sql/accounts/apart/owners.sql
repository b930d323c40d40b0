-- The owner is the account that was the owner before it was merged.
-- Params: owner_id
update owners
set self_participant_id = merged.old_participant_id
from (
    select
        participant_id,
        min(old_participant_id) as old_participant_id
    from merged_participants
    where owner_id = :owner_id
        and is_self
        and not coalesce(is_kept_self, false)
    group by participant_id
) as merged
where owners.owner_id = :owner_id
    and owners.self_participant_id = merged.participant_id

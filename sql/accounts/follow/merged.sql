-- A merged account that proves to be another: the other is merged now.
-- Params: old_id, new_id
insert into merged_participants (
    old_participant_id, participant_id, owner_id, display_name, is_self, is_anonymous, named_at_ms, is_kept_self
)
select
    :new_id,
    participant_id,
    owner_id,
    display_name,
    is_self,
    is_anonymous,
    named_at_ms,
    is_kept_self
from merged_participants
where old_participant_id = :old_id
    and not exists (select 1 from merged_participants as others where others.old_participant_id = :new_id)

-- A person is called as in the newest download that named either: both may have been named by earlier ones.
-- Params: old_id, new_id
update participants
set display_name = olds.display_name, named_at_ms = olds.named_at_ms
from participants as olds
where participants.participant_id = :new_id
    and olds.participant_id = :old_id
    and not olds.is_anonymous
    and olds.named_at_ms > coalesce(participants.named_at_ms, -4611686018427387904)

-- What an owner's merged accounts are, before they become one person with the account kept.
-- Params: owner_id
update merged_participants
set
    display_name = accounts.display_name,
    is_self = accounts.is_self,
    is_kept_self = kept.is_self,
    is_anonymous = accounts.is_anonymous,
    named_at_ms = accounts.named_at_ms
from participants as accounts, participants as kept
where merged_participants.owner_id = :owner_id
    and accounts.participant_id = merged_participants.old_participant_id
    and kept.participant_id = merged_participants.participant_id

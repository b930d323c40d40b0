-- Participants whose display name was not counted yet.
-- Grain: participant_id
-- Params: tokenizer
select
    participants.participant_id,
    participants.display_name as text
from participants
left join participant_tokens
    on participant_tokens.participant_id = participants.participant_id
    and participant_tokens.tokenizer = :tokenizer
where participant_tokens.participant_id is null

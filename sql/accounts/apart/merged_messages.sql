-- Messages are remembered anew when the accounts become one again.
-- Params: owner_id
delete from merged_messages
where old_participant_id in (select old_participant_id from merged_participants where owner_id = :owner_id)

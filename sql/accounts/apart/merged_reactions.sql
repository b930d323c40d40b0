-- Reactions are remembered anew when the accounts become one again.
-- Params: old_id, new_id
delete from merged_reactions where old_participant_id in (:old_id, :new_id)
